import { list, map, of, quantity, str, time } from '../../schema/builders.ts';
import { column, wideColumn } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { formatAccessModes } from './access-modes.ts';
import { PersistentVolumeClaimSpec } from './persistent-volume-claim-spec.ts';
import { validateClaim, validateClaimUpdate } from './persistent-volume-claim-validation.ts';

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
  hasGeneration: false,
  prepareForCreate(claim) {
    claim.status = { phase: 'Pending' };
    alignDataSources(claim.spec);
  },
  validate: validateClaim,
  validateUpdate: validateClaimUpdate,
  subresources: { status: true },
  columns: [
    column('Status', ({ metadata, status }) => (metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''))),
    column('Volume', ({ spec }) => spec.volumeName ?? ''),
    column('Capacity', ({ spec, status }) => (spec.volumeName ? (status?.capacity?.['storage'] ?? '') : '')),
    column('Access Modes', ({ spec, status }) => (spec.volumeName ? formatAccessModes(status?.accessModes) : '')),
    column('StorageClass', ({ metadata, spec }) => metadata.annotations?.[BETA_CLASS] ?? spec.storageClassName ?? ''),
    column('VolumeAttributesClass', ({ spec }) => spec.volumeAttributesClassName || '<unset>'),
    wideColumn('VolumeMode', ({ spec }) => spec.volumeMode ?? '<unset>'),
  ],
});

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** dataSource and dataSourceRef say the same unless the reference crosses namespaces. */
function alignDataSources(spec: PersistentVolumeClaimSpec): void {
  const { dataSource, dataSourceRef } = spec;
  if (dataSource && !dataSourceRef) spec.dataSourceRef = { ...dataSource };
  else if (dataSourceRef && !dataSource && !dataSourceRef.namespace) {
    const { namespace: _, ...reference } = dataSourceRef;
    spec.dataSource = reference;
  }
}
