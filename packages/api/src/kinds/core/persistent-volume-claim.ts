import { list, map, of, quantity, str, time } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { PersistentVolumeClaimSpec } from './persistent-volume-claim-spec.ts';

export const PersistentVolumeClaimCondition = struct('PersistentVolumeClaimCondition', {
  type: str(1).required(),
  status: str(2).required(),
  lastProbeTime: time(3),
  lastTransitionTime: time(4),
  reason: str(5),
  message: str(6),
});
export type PersistentVolumeClaimCondition = Infer<typeof PersistentVolumeClaimCondition>;

export const ModifyVolumeStatus = struct('ModifyVolumeStatus', {
  targetVolumeAttributesClassName: str(1),
  status: str(2).required(),
});
export type ModifyVolumeStatus = Infer<typeof ModifyVolumeStatus>;

export const PersistentVolumeClaimStatus = struct('PersistentVolumeClaimStatus', {
  phase: str(1),
  accessModes: list(2, str()).atomic(),
  capacity: map(3, quantity()),
  conditions: list(4, PersistentVolumeClaimCondition).keyed('type'),
  allocatedResources: map(5, quantity()),
  allocatedResourceStatuses: map(7, str()),
  currentVolumeAttributesClassName: str(8).pointer(),
  modifyVolumeStatus: of(9, ModifyVolumeStatus),
});
export type PersistentVolumeClaimStatus = Infer<typeof PersistentVolumeClaimStatus>;

export const PersistentVolumeClaim = struct('PersistentVolumeClaim', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, PersistentVolumeClaimSpec).expected(),
  status: of(3, PersistentVolumeClaimStatus),
});
export type PersistentVolumeClaim = Infer<typeof PersistentVolumeClaim>;

export const persistentVolumeClaimKind = defineKind<PersistentVolumeClaim>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  shortNames: ['pvc'],
  namespaced: true,
  struct: PersistentVolumeClaim,
  subresources: { status: true },
});
