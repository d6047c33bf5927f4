import { int32, int64, list, map, of, str, time } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { PodTemplateSpec } from './pod/pod-template.ts';

export const ReplicationControllerSpec = struct('ReplicationControllerSpec', {
  replicas: int32(1).pointer().range(0).default(1),
  selector: map(2, str()).atomic(),
  template: of(3, PodTemplateSpec).expected(),
  minReadySeconds: int32(4).range(0),
});
export type ReplicationControllerSpec = Infer<typeof ReplicationControllerSpec>;

export const ReplicationControllerCondition = struct('ReplicationControllerCondition', {
  type: str(1).required(),
  status: str(2).required(),
  lastTransitionTime: time(3),
  reason: str(4),
  message: str(5),
});
export type ReplicationControllerCondition = Infer<typeof ReplicationControllerCondition>;

export const ReplicationControllerStatus = struct('ReplicationControllerStatus', {
  replicas: int32(1).required(),
  fullyLabeledReplicas: int32(2),
  observedGeneration: int64(3),
  readyReplicas: int32(4),
  availableReplicas: int32(5),
  conditions: list(6, ReplicationControllerCondition).keyed('type'),
});
export type ReplicationControllerStatus = Infer<typeof ReplicationControllerStatus>;

export const ReplicationController = struct('ReplicationController', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, ReplicationControllerSpec).expected(),
  status: of(3, ReplicationControllerStatus),
});
export type ReplicationController = Infer<typeof ReplicationController>;

export const replicationControllerKind = defineKind<ReplicationController>({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  struct: ReplicationController,
  subresources: { status: true },
});
