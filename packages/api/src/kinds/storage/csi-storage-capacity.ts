import { of, quantity, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { LabelSelector } from '../meta/label-selector.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const CSIStorageCapacity = struct('CSIStorageCapacity', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  nodeTopology: of(2, LabelSelector),
  storageClassName: str(3).required(),
  capacity: quantity(4).pointer(),
  maximumVolumeSize: quantity(5).pointer(),
});
export type CSIStorageCapacity = Infer<typeof CSIStorageCapacity>;

export const csiStorageCapacityKind = defineKind<CSIStorageCapacity>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  namespaced: true,
  struct: CSIStorageCapacity,
});
