import { path } from '../../machinery/field-path.ts';
import { int32, int64, list, of, str, time } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { defaultPodSpec } from '../core/pod/pod-defaults.ts';
import { PodTemplateSpec } from '../core/pod/pod-template.ts';
import { LabelSelector } from '../meta/label-selector.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { replicasScale, templateColumns, validateSelectorUnchanged, validateWorkload } from './workload.ts';

export const ReplicaSetSpec = struct('ReplicaSetSpec', {
  replicas: int32(1).pointer().range(0).default(1),
  selector: of(2, LabelSelector).required(),
  template: of(3, PodTemplateSpec).expected(),
  minReadySeconds: int32(4).range(0),
});
export type ReplicaSetSpec = Infer<typeof ReplicaSetSpec>;

export const ReplicaSetCondition = struct('ReplicaSetCondition', {
  type: str(1).required(),
  status: str(2).required(),
  lastTransitionTime: time(3),
  reason: str(4),
  message: str(5),
});
export type ReplicaSetCondition = Infer<typeof ReplicaSetCondition>;

export const ReplicaSetStatus = struct('ReplicaSetStatus', {
  replicas: int32(1).required(),
  fullyLabeledReplicas: int32(2),
  observedGeneration: int64(3),
  readyReplicas: int32(4),
  availableReplicas: int32(5),
  conditions: list(6, ReplicaSetCondition).keyed('type'),
  terminatingReplicas: int32(7).pointer(),
});
export type ReplicaSetStatus = Infer<typeof ReplicaSetStatus>;

export const ReplicaSet = struct('ReplicaSet', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, ReplicaSetSpec).expected(),
  status: of(3, ReplicaSetStatus),
});
export type ReplicaSet = Infer<typeof ReplicaSet>;

export const replicaSetKind = defineKind<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  struct: ReplicaSet,
  defaults: ({ spec }) => spec.template?.spec && defaultPodSpec(spec.template.spec),
  prepareForCreate(replicaSet) {
    replicaSet.status = { replicas: 0 };
  },
  validate: ({ spec }) => validateWorkload(spec, path('spec')),
  validateUpdate: (next, old) => validateSelectorUnchanged(next.spec.selector, old.spec.selector),
  subresources: {
    status: true,
    scale: replicasScale,
  },
  fieldSelectors: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  columns: [
    column('Desired', ({ spec }) => spec.replicas ?? 0, 'integer'),
    column('Current', ({ status }) => status?.replicas ?? 0, 'integer'),
    column('Ready', ({ status }) => status?.readyReplicas ?? 0, 'integer'),
    ...templateColumns<ReplicaSet>(),
  ],
});
