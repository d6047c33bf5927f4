import { list, of, str } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { LabelSelector } from '../meta/label-selector.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { VolumeResourceRequirements } from './pod/resources.ts';
import { TypedLocalObjectReference, TypedObjectReference } from './references.ts';

export const PersistentVolumeClaimSpec = struct('PersistentVolumeClaimSpec', {
  accessModes: list(1, str()).atomic(),
  resources: of(2, VolumeResourceRequirements).filled(),
  volumeName: str(3),
  selector: of(4, LabelSelector),
  storageClassName: str(5).pointer(),
  volumeMode: str(6).pointer().oneOf('Block', 'Filesystem').default('Filesystem'),
  dataSource: of(7, TypedLocalObjectReference),
  dataSourceRef: of(8, TypedObjectReference),
  volumeAttributesClassName: str(9).pointer(),
});
export type PersistentVolumeClaimSpec = Infer<typeof PersistentVolumeClaimSpec>;

export const PersistentVolumeClaimTemplate = struct('PersistentVolumeClaimTemplate', {
  metadata: of(1, ObjectMeta),
  spec: of(2, PersistentVolumeClaimSpec).required(),
});
export type PersistentVolumeClaimTemplate = Infer<typeof PersistentVolumeClaimTemplate>;
