import { type FieldError, fieldInvalid, fieldNotSupported, fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import { int32, int64, intOrString, list, of, str, time } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { defaultPodSpec } from '../core/pod/pod-defaults.ts';
import { PodTemplateSpec } from '../core/pod/pod-template.ts';
import { formatLabels } from '../core/service-columns.ts';
import { LabelSelector } from '../meta/label-selector.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { validateSelectingTemplate } from './template-validation.ts';
import { templateColumns, validateIntOrPercent, validateSelectorUnchanged } from './workload.ts';

export const RollingUpdateDaemonSet = struct('RollingUpdateDaemonSet', {
  maxUnavailable: intOrString(1)
    .pointer()
    .describe('How many nodes may be without an available pod during an update, as a number or a percentage.'),
  maxSurge: intOrString(2)
    .pointer()
    .describe('How many nodes may run an old and a new pod at once during an update, as a number or a percentage.'),
});
export type RollingUpdateDaemonSet = Infer<typeof RollingUpdateDaemonSet>;

export const DaemonSetUpdateStrategy = struct('DaemonSetUpdateStrategy', {
  type: str(1).default('RollingUpdate'),
  rollingUpdate: of(2, RollingUpdateDaemonSet),
});
export type DaemonSetUpdateStrategy = Infer<typeof DaemonSetUpdateStrategy>;

export const DaemonSetSpec = struct('DaemonSetSpec', {
  selector: of(1, LabelSelector)
    .required()
    .describe('Which pods belong to the DaemonSet; must match the labels of the template and never changes.'),
  template: of(2, PodTemplateSpec).expected().describe('The pod that runs on each node it fits.'),
  updateStrategy: of(3, DaemonSetUpdateStrategy)
    .filled()
    .default({})
    .describe('How pods are replaced when the template changes.'),
  minReadySeconds: int32(4).range(0).describe('Seconds a new pod must be ready before it counts as available.'),
  revisionHistoryLimit: int32(6)
    .pointer()
    .range(0)
    .default(10)
    .describe('How many old revisions are kept for rollbacks.'),
});
export type DaemonSetSpec = Infer<typeof DaemonSetSpec>;

export const DaemonSetCondition = struct('DaemonSetCondition', {
  type: str(1).required(),
  status: str(2).required(),
  lastTransitionTime: time(3),
  reason: str(4),
  message: str(5),
});
export type DaemonSetCondition = Infer<typeof DaemonSetCondition>;

export const DaemonSetStatus = struct('DaemonSetStatus', {
  currentNumberScheduled: int32(1).required(),
  numberMisscheduled: int32(2).required(),
  desiredNumberScheduled: int32(3).required(),
  numberReady: int32(4).required(),
  observedGeneration: int64(5),
  updatedNumberScheduled: int32(6),
  numberAvailable: int32(7),
  numberUnavailable: int32(8),
  collisionCount: int32(9).pointer(),
  conditions: list(10, DaemonSetCondition).keyed('type'),
});
export type DaemonSetStatus = Infer<typeof DaemonSetStatus>;

export const DaemonSet = struct('DaemonSet', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, DaemonSetSpec).expected(),
  status: of(3, DaemonSetStatus),
});
export type DaemonSet = Infer<typeof DaemonSet>;

/** apps/v1 tells the generation of the template by this annotation. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

export const daemonSetKind = defineKind<DaemonSet>({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  struct: DaemonSet,
  defaults({ spec }) {
    if (spec.updateStrategy?.type === 'RollingUpdate') {
      spec.updateStrategy.rollingUpdate ??= {};
      spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
      spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
    }
    if (spec.template?.spec) defaultPodSpec(spec.template.spec);
  },
  prepareForCreate(daemonSet) {
    daemonSet.status = emptyStatus();
    setTemplateGeneration(daemonSet, 1);
  },
  prepareForUpdate(next, old) {
    const before = Number(old.metadata.annotations?.[TEMPLATE_GENERATION] ?? 1);
    setTemplateGeneration(next, deepEqual(next.spec.template, old.spec.template) ? before : before + 1);
  },
  validate: validateDaemonSet,
  validateUpdate: (next, old) => validateSelectorUnchanged(next.spec.selector, old.spec.selector),
  subresources: { status: true },
  columns: [
    column('Desired', ({ status }) => status?.desiredNumberScheduled ?? 0, 'integer'),
    column('Current', ({ status }) => status?.currentNumberScheduled ?? 0, 'integer'),
    column('Ready', ({ status }) => status?.numberReady ?? 0, 'integer'),
    column('Up-to-date', ({ status }) => status?.updatedNumberScheduled ?? 0, 'integer'),
    column('Available', ({ status }) => status?.numberAvailable ?? 0, 'integer'),
    column('Node Selector', ({ spec }) => formatLabels(spec.template?.spec?.nodeSelector)),
    ...templateColumns<DaemonSet>(),
  ],
});

function emptyStatus(): DaemonSetStatus {
  return { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 };
}

function setTemplateGeneration({ metadata }: DaemonSet, generation: number): void {
  metadata.annotations = { ...metadata.annotations, [TEMPLATE_GENERATION]: String(generation) };
}

function validateDaemonSet({ spec }: DaemonSet): FieldError[] {
  const at = path('spec');
  const errors = validateSelectingTemplate('DaemonSet', spec, at);
  const { type = '' } = spec.updateStrategy ?? {};
  if (type !== 'RollingUpdate' && type !== 'OnDelete')
    errors.push(fieldNotSupported(at.child('updateStrategy'), spec.updateStrategy, ['RollingUpdate', 'OnDelete']));
  if (spec.updateStrategy?.type !== 'RollingUpdate') return errors;
  const { maxUnavailable = 0, maxSurge = 0 } = spec.updateStrategy.rollingUpdate ?? {};
  const below = at.child('updateStrategy', 'rollingUpdate');
  errors.push(...validateIntOrPercent(maxUnavailable, below.child('maxUnavailable'), 100));
  errors.push(...validateIntOrPercent(maxSurge, below.child('maxSurge'), 100));
  const unavailable = Number.parseInt(String(maxUnavailable), 10) !== 0;
  const surge = Number.parseInt(String(maxSurge), 10) !== 0;
  if (unavailable && surge)
    errors.push(fieldInvalid(below.child('maxSurge'), maxSurge, 'may not be set when maxUnavailable is non-zero'));
  if (!unavailable && !surge)
    errors.push(fieldRequired(below.child('maxUnavailable'), 'cannot be 0 when maxSurge is 0'));
  return errors;
}
