import { int32, list, of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const VolumeNodeResources = struct('VolumeNodeResources', {
  count: int32(1).pointer(),
});
export type VolumeNodeResources = Infer<typeof VolumeNodeResources>;

export const CSINodeDriver = struct('CSINodeDriver', {
  name: str(1).required(),
  nodeID: str(2).required(),
  topologyKeys: list(3, str()).always().atomic(),
  allocatable: of(4, VolumeNodeResources),
});
export type CSINodeDriver = Infer<typeof CSINodeDriver>;

export const CSINodeSpec = struct('CSINodeSpec', {
  drivers: list(1, CSINodeDriver).always().keyed('name'),
});
export type CSINodeSpec = Infer<typeof CSINodeSpec>;

export const CSINode = struct('CSINode', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, CSINodeSpec).expected(),
});
export type CSINode = Infer<typeof CSINode>;

export const csiNodeKind = defineKind<CSINode>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  namespaced: false,
  struct: CSINode,
});
