import { type FieldError, fieldForbidden, fieldInvalid } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { bool, int32, int64, intOrString, list, of, str, time } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { defaultPodSpec } from '../core/pod/pod-defaults.ts';
import { PodTemplateSpec } from '../core/pod/pod-template.ts';
import { LabelSelector } from '../meta/label-selector.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import {
  replicasScale,
  templateColumns,
  validateIntOrPercent,
  validateSelectorUnchanged,
  validateWorkload,
} from './workload.ts';

export const RollingUpdateDeployment = struct('RollingUpdateDeployment', {
  maxUnavailable: intOrString(1).pointer().default('25%'),
  maxSurge: intOrString(2).pointer().default('25%'),
});
export type RollingUpdateDeployment = Infer<typeof RollingUpdateDeployment>;

export const DeploymentStrategy = struct('DeploymentStrategy', {
  type: str(1).oneOf('Recreate', 'RollingUpdate').default('RollingUpdate'),
  rollingUpdate: of(2, RollingUpdateDeployment),
});
export type DeploymentStrategy = Infer<typeof DeploymentStrategy>;

export const DeploymentSpec = struct('DeploymentSpec', {
  replicas: int32(1).pointer().range(0).default(1),
  selector: of(2, LabelSelector).required(),
  template: of(3, PodTemplateSpec).expected(),
  strategy: of(4, DeploymentStrategy).retainKeys().filled().default({}),
  minReadySeconds: int32(5).range(0),
  revisionHistoryLimit: int32(6).pointer().range(0).default(10),
  paused: bool(7),
  progressDeadlineSeconds: int32(9).pointer().range(0).default(600),
});
export type DeploymentSpec = Infer<typeof DeploymentSpec>;

export const DeploymentCondition = struct('DeploymentCondition', {
  type: str(1).required(),
  status: str(2).required(),
  reason: str(4),
  message: str(5),
  lastUpdateTime: time(6),
  lastTransitionTime: time(7),
});
export type DeploymentCondition = Infer<typeof DeploymentCondition>;

export const DeploymentStatus = struct('DeploymentStatus', {
  observedGeneration: int64(1),
  replicas: int32(2),
  updatedReplicas: int32(3),
  availableReplicas: int32(4),
  unavailableReplicas: int32(5),
  conditions: list(6, DeploymentCondition).keyed('type'),
  readyReplicas: int32(7),
  collisionCount: int32(8).pointer(),
  terminatingReplicas: int32(9).pointer(),
});
export type DeploymentStatus = Infer<typeof DeploymentStatus>;

export const Deployment = struct('Deployment', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, DeploymentSpec).expected(),
  status: of(3, DeploymentStatus),
});
export type Deployment = Infer<typeof Deployment>;

export const deploymentKind = defineKind<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  struct: Deployment,
  defaults({ spec }) {
    if (spec.strategy?.type === 'RollingUpdate') {
      spec.strategy.rollingUpdate ??= {};
      spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
      spec.strategy.rollingUpdate.maxSurge ??= '25%';
    }
    if (spec.template?.spec) defaultPodSpec(spec.template.spec);
  },
  prepareForCreate(deployment) {
    deployment.status = {};
  },
  validate: validateDeployment,
  validateUpdate: (next, old) => validateSelectorUnchanged(next.spec.selector, old.spec.selector),
  subresources: {
    status: true,
    scale: replicasScale,
  },
  columns: [
    column('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`),
    column('Up-to-date', ({ status }) => status?.updatedReplicas ?? 0, 'integer'),
    column('Available', ({ status }) => status?.availableReplicas ?? 0, 'integer'),
    ...templateColumns<Deployment>(),
  ],
});

function validateDeployment({ spec }: Deployment): FieldError[] {
  const at = path('spec');
  const errors = validateWorkload(spec, at);
  const { strategy } = spec;
  const rolling = strategy?.rollingUpdate;
  const below = at.child('strategy').child('rollingUpdate');
  if (strategy?.type === 'Recreate' && rolling)
    errors.push(fieldForbidden(below, "may not be specified when strategy `type` is 'Recreate'"));
  if (strategy?.type === 'RollingUpdate' && rolling) {
    errors.push(...validateIntOrPercent(rolling.maxUnavailable ?? 0, below.child('maxUnavailable'), 100));
    errors.push(...validateIntOrPercent(rolling.maxSurge ?? 0, below.child('maxSurge')));
    if (isZero(rolling.maxUnavailable) && isZero(rolling.maxSurge))
      errors.push(
        fieldInvalid(below.child('maxUnavailable'), rolling.maxUnavailable, 'may not be 0 when `maxSurge` is 0'),
      );
  }
  if (spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds <= (spec.minReadySeconds ?? 0))
    errors.push(
      fieldInvalid(
        at.child('progressDeadlineSeconds'),
        spec.progressDeadlineSeconds,
        'must be greater than minReadySeconds',
      ),
    );
  return errors;
}

function isZero(value: number | string | undefined): boolean {
  return value === undefined || Number.parseInt(String(value), 10) === 0;
}
