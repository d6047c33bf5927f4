import { bool, int64, list, map, of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { NodeSelector } from '../core/pod/affinity.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { Counter, Device } from './device.ts';

export const DeviceResourcePool = struct('ResourcePool', {
  name: str(1).required(),
  generation: int64(2).required(),
  resourceSliceCount: int64(3).required(),
});
export type DeviceResourcePool = Infer<typeof DeviceResourcePool>;

export const CounterSet = struct('CounterSet', {
  name: str(1).required(),
  counters: map(2, Counter).required(),
});
export type CounterSet = Infer<typeof CounterSet>;

export const ResourceSliceSpec = struct('ResourceSliceSpec', {
  driver: str(1).required(),
  pool: of(2, DeviceResourcePool).required(),
  nodeName: str(3).pointer(),
  nodeSelector: of(4, NodeSelector),
  allNodes: bool(5).pointer(),
  devices: list(6, Device).atomic(),
  perDeviceNodeSelection: bool(7).pointer(),
  sharedCounters: list(8, CounterSet).atomic(),
});
export type ResourceSliceSpec = Infer<typeof ResourceSliceSpec>;

export const ResourceSlice = struct('ResourceSlice', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, ResourceSliceSpec).expected(),
});
export type ResourceSlice = Infer<typeof ResourceSlice>;

export const resourceSliceKind = defineKind<ResourceSlice>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceSlice',
  plural: 'resourceslices',
  namespaced: false,
  struct: ResourceSlice,
});
