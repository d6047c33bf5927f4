import { list, map, of, quantity, str, time } from '../../schema/builders.ts';
import { column, wideColumn } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, inlined, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { formatAccessModes } from './access-modes.ts';
import { PersistentVolumeSource } from './persistent-volume-sources.ts';
import { validatePersistentVolume, validatePersistentVolumeUpdate } from './persistent-volume-validation.ts';
import { NodeSelector } from './pod/affinity.ts';
import { ObjectReference } from './references.ts';

export const VolumeNodeAffinity = struct('VolumeNodeAffinity', {
  required: of(1, NodeSelector),
});
export type VolumeNodeAffinity = Infer<typeof VolumeNodeAffinity>;

export const PersistentVolumeSpec = struct('PersistentVolumeSpec', {
  ...inlined(2, PersistentVolumeSource),
  capacity: map(1, quantity()).describe('How much the volume holds, under storage.'),
  accessModes: list(3, str()).atomic().describe('How the volume can be mounted.'),
  claimRef: of(4, ObjectReference).describe('The claim the volume is bound to.'),
  persistentVolumeReclaimPolicy: str(5)
    .oneOf('Delete', 'Recycle', 'Retain')
    .default('Retain')
    .describe('What becomes of the volume when its claim is gone.'),
  storageClassName: str(6).describe('The class of the volume; claims of the same class can have it.'),
  mountOptions: list(7, str()).atomic().describe('Options of the mount, not checked.'),
  volumeMode: str(8)
    .pointer()
    .oneOf('Block', 'Filesystem')
    .default('Filesystem')
    .describe('Filesystem to mount it, Block for a raw device.'),
  nodeAffinity: of(9, VolumeNodeAffinity).describe('The nodes that can reach the volume.'),
  volumeAttributesClassName: str(10).pointer(),
});
export type PersistentVolumeSpec = Infer<typeof PersistentVolumeSpec>;

export const PersistentVolumeStatus = struct('PersistentVolumeStatus', {
  phase: str(1),
  message: str(2),
  reason: str(3),
  lastPhaseTransitionTime: time(4).pointer(),
});
export type PersistentVolumeStatus = Infer<typeof PersistentVolumeStatus>;

export const PersistentVolume = struct('PersistentVolume', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, PersistentVolumeSpec).expected(),
  status: of(3, PersistentVolumeStatus),
});
export type PersistentVolume = Infer<typeof PersistentVolume>;

export const persistentVolumeKind = defineKind<PersistentVolume>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  shortNames: ['pv'],
  namespaced: false,
  struct: PersistentVolume,
  hasGeneration: false,
  prepareForCreate(volume) {
    volume.status = { phase: 'Pending', lastPhaseTransitionTime: volume.metadata.creationTimestamp };
  },
  validate: validatePersistentVolume,
  validateUpdate: validatePersistentVolumeUpdate,
  subresources: { status: true },
  columns: [
    column('Capacity', ({ spec }) => spec.capacity?.['storage'] ?? ''),
    column('Access Modes', ({ spec }) => formatAccessModes(spec.accessModes)),
    column('Reclaim Policy', ({ spec }) => spec.persistentVolumeReclaimPolicy),
    column('Status', ({ metadata, status }) => (metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''))),
    column('Claim', ({ spec }) =>
      spec.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : '',
    ),
    column('StorageClass', ({ metadata, spec }) => metadata.annotations?.[BETA_CLASS] ?? spec.storageClassName ?? ''),
    column('VolumeAttributesClass', ({ spec }) => spec.volumeAttributesClassName || '<unset>'),
    column('Reason', ({ status }) => status?.reason ?? ''),
    wideColumn('VolumeMode', ({ spec }) => spec.volumeMode ?? '<unset>'),
  ],
});

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';
