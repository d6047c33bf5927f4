import { bool, list, map, of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { TopologySelectorTerm } from '../core/topology-selector.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const StorageClass = struct('StorageClass', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  provisioner: str(2).required(),
  parameters: map(3, str()),
  reclaimPolicy: str(4).pointer().oneOf('Delete', 'Recycle', 'Retain').default('Delete'),
  mountOptions: list(5, str()).atomic(),
  allowVolumeExpansion: bool(6).pointer(),
  volumeBindingMode: str(7).pointer().oneOf('Immediate', 'WaitForFirstConsumer').default('Immediate'),
  allowedTopologies: list(8, TopologySelectorTerm).atomic(),
});
export type StorageClass = Infer<typeof StorageClass>;

export const storageClassKind = defineKind<StorageClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  shortNames: ['sc'],
  namespaced: false,
  struct: StorageClass,
});
