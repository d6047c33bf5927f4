import { isDns1123Label } from '../../machinery/names.ts';
import { int32, int64, intOrString, list, of, str, time } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { PersistentVolumeClaim } from '../core/persistent-volume-claim.ts';
import { defaultPodSpec } from '../core/pod/pod-defaults.ts';
import { PodTemplateSpec } from '../core/pod/pod-template.ts';
import { LabelSelector } from '../meta/label-selector.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { validateStatefulSet, validateStatefulSetUpdate } from './stateful-set-validation.ts';
import { replicasScale, templateColumns } from './workload.ts';

export const StatefulSetOrdinals = struct('StatefulSetOrdinals', {
  start: int32(1).always().range(0),
});
export type StatefulSetOrdinals = Infer<typeof StatefulSetOrdinals>;

export const StatefulSetPersistentVolumeClaimRetentionPolicy = struct(
  'StatefulSetPersistentVolumeClaimRetentionPolicy',
  {
    whenDeleted: str(1).oneOf('Delete', 'Retain').default('Retain'),
    whenScaled: str(2).oneOf('Delete', 'Retain').default('Retain'),
  },
);
export type StatefulSetPersistentVolumeClaimRetentionPolicy = Infer<
  typeof StatefulSetPersistentVolumeClaimRetentionPolicy
>;

export const RollingUpdateStatefulSetStrategy = struct('RollingUpdateStatefulSetStrategy', {
  partition: int32(1).pointer(),
  maxUnavailable: intOrString(2).pointer(),
});
export type RollingUpdateStatefulSetStrategy = Infer<typeof RollingUpdateStatefulSetStrategy>;

export const StatefulSetUpdateStrategy = struct('StatefulSetUpdateStrategy', {
  type: str(1).default('RollingUpdate'),
  rollingUpdate: of(2, RollingUpdateStatefulSetStrategy),
});
export type StatefulSetUpdateStrategy = Infer<typeof StatefulSetUpdateStrategy>;

export const StatefulSetSpec = struct('StatefulSetSpec', {
  replicas: int32(1).pointer().range(0).default(1).describe('How many pods are wanted.'),
  selector: of(2, LabelSelector)
    .required()
    .describe('Which pods belong to the StatefulSet; must match the labels of the template and never changes.'),
  template: of(3, PodTemplateSpec).expected().describe('The pod made for each ordinal.'),
  volumeClaimTemplates: list(4, PersistentVolumeClaim)
    .atomic()
    .describe('Claims made for each pod; a claim stays with its ordinal.'),
  serviceName: str(5).always().describe('The headless Service that gives the pods their names in DNS.'),
  podManagementPolicy: str(6)
    .default('OrderedReady')
    .describe('OrderedReady makes pods one after another, Parallel all at once.'),
  updateStrategy: of(7, StatefulSetUpdateStrategy)
    .filled()
    .default({})
    .describe('How pods are replaced when the template changes.'),
  revisionHistoryLimit: int32(8)
    .pointer()
    .range(0)
    .default(10)
    .describe('How many old revisions are kept for rollbacks.'),
  minReadySeconds: int32(9).range(0).describe('Seconds a new pod must be ready before it counts as available.'),
  persistentVolumeClaimRetentionPolicy: of(10, StatefulSetPersistentVolumeClaimRetentionPolicy)
    .default({})
    .describe('What becomes of the claims when the StatefulSet is deleted or scaled down.'),
  ordinals: of(11, StatefulSetOrdinals).describe('The ordinal at which counting starts.'),
});
export type StatefulSetSpec = Infer<typeof StatefulSetSpec>;

export const StatefulSetCondition = struct('StatefulSetCondition', {
  type: str(1).required(),
  status: str(2).required(),
  lastTransitionTime: time(3),
  reason: str(4),
  message: str(5),
});
export type StatefulSetCondition = Infer<typeof StatefulSetCondition>;

export const StatefulSetStatus = struct('StatefulSetStatus', {
  observedGeneration: int64(1),
  replicas: int32(2).required(),
  readyReplicas: int32(3),
  currentReplicas: int32(4),
  updatedReplicas: int32(5),
  currentRevision: str(6),
  updateRevision: str(7),
  collisionCount: int32(9).pointer(),
  conditions: list(10, StatefulSetCondition).keyed('type'),
  availableReplicas: int32(11).always(),
});
export type StatefulSetStatus = Infer<typeof StatefulSetStatus>;

export const StatefulSet = struct('StatefulSet', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, StatefulSetSpec).expected(),
  status: of(3, StatefulSetStatus),
});
export type StatefulSet = Infer<typeof StatefulSet>;

export const statefulSetKind = defineKind<StatefulSet>({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  struct: StatefulSet,
  nameRule: isDns1123Label,
  defaults: defaultStatefulSet,
  prepareForCreate(statefulSet) {
    statefulSet.status = { replicas: 0, availableReplicas: 0 };
  },
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
  subresources: {
    status: true,
    scale: replicasScale,
  },
  columns: [
    column('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`),
    ...templateColumns<StatefulSet>().filter(({ name }) => name !== 'Selector'),
  ],
});

function defaultStatefulSet({ spec }: StatefulSet): void {
  if (spec.updateStrategy?.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {};
    spec.updateStrategy.rollingUpdate.partition ??= 0;
  }
  if (spec.template?.spec) defaultPodSpec(spec.template.spec);
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion = 'v1';
    claim.kind = 'PersistentVolumeClaim';
    claim.status ??= {};
    claim.status.phase ??= 'Pending';
  }
}
