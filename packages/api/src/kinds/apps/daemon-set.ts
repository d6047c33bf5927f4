import { int32, int64, intOrString, list, of, str, time } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { PodTemplateSpec } from '../core/pod/pod-template.ts';
import { LabelSelector } from '../meta/label-selector.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const RollingUpdateDaemonSet = struct('RollingUpdateDaemonSet', {
  maxUnavailable: intOrString(1).pointer(),
  maxSurge: intOrString(2).pointer(),
});
export type RollingUpdateDaemonSet = Infer<typeof RollingUpdateDaemonSet>;

export const DaemonSetUpdateStrategy = struct('DaemonSetUpdateStrategy', {
  type: str(1).oneOf('OnDelete', 'RollingUpdate').default('RollingUpdate'),
  rollingUpdate: of(2, RollingUpdateDaemonSet),
});
export type DaemonSetUpdateStrategy = Infer<typeof DaemonSetUpdateStrategy>;

export const DaemonSetSpec = struct('DaemonSetSpec', {
  selector: of(1, LabelSelector).required(),
  template: of(2, PodTemplateSpec).required(),
  updateStrategy: of(3, DaemonSetUpdateStrategy).default({}),
  minReadySeconds: int32(4).range(0),
  revisionHistoryLimit: int32(6).pointer().range(0).default(10),
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

export const daemonSetKind = defineKind<DaemonSet>({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  struct: DaemonSet,
  subresources: { status: true },
});
