import { bool, int64, list, map, raw, str, time } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';

export const ManagedFieldsEntry = struct('ManagedFieldsEntry', {
  manager: str(1),
  operation: str(2),
  apiVersion: str(3),
  time: time(4).pointer(),
  fieldsType: str(6),
  fieldsV1: raw(7).pointer(),
  subresource: str(8),
});
export type ManagedFieldsEntry = Infer<typeof ManagedFieldsEntry>;

export const OwnerReference = struct('OwnerReference', {
  kind: str(1).required(),
  name: str(3).required(),
  uid: str(4).required(),
  apiVersion: str(5).required(),
  controller: bool(6).pointer(),
  blockOwnerDeletion: bool(7).pointer(),
});
export type OwnerReference = Infer<typeof OwnerReference>;

export const ObjectMeta = struct('ObjectMeta', {
  name: str(1).expected(),
  generateName: str(2),
  namespace: str(3),
  selfLink: str(4),
  uid: str(5),
  resourceVersion: str(6),
  generation: int64(7),
  creationTimestamp: time(8),
  deletionTimestamp: time(9).pointer(),
  deletionGracePeriodSeconds: int64(10).pointer(),
  labels: map(11, str()),
  annotations: map(12, str()),
  ownerReferences: list(13, OwnerReference).keyed('uid'),
  finalizers: list(14, str()).listSet().patchMerge(),
  managedFields: list(17, ManagedFieldsEntry).atomic(),
});
export type ObjectMeta = Infer<typeof ObjectMeta>;
