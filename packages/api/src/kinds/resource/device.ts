import { bool, int64, list, map, of, quantity, str, time } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { NodeSelector } from '../core/pod/affinity.ts';

export const DeviceAttribute = struct('DeviceAttribute', {
  int: int64(2).pointer(),
  bool: bool(3).pointer(),
  string: str(4).pointer(),
  version: str(5).pointer(),
  ints: list(6, int64()).atomic(),
  bools: list(7, bool()).atomic(),
  strings: list(8, str()).atomic(),
  versions: list(9, str()).atomic(),
});
export type DeviceAttribute = Infer<typeof DeviceAttribute>;

export const CapacityRequestPolicyRange = struct('CapacityRequestPolicyRange', {
  min: quantity(1).required().pointer(),
  max: quantity(2).pointer(),
  step: quantity(3).pointer(),
});
export type CapacityRequestPolicyRange = Infer<typeof CapacityRequestPolicyRange>;

export const CapacityRequestPolicy = struct('CapacityRequestPolicy', {
  default: quantity(1).pointer().always(),
  validValues: list(3, quantity()).atomic(),
  validRange: of(4, CapacityRequestPolicyRange),
});
export type CapacityRequestPolicy = Infer<typeof CapacityRequestPolicy>;

export const DeviceCapacity = struct('DeviceCapacity', {
  value: quantity(1).required(),
  requestPolicy: of(2, CapacityRequestPolicy),
});
export type DeviceCapacity = Infer<typeof DeviceCapacity>;

export const Counter = struct('Counter', {
  value: quantity(1).required(),
});
export type Counter = Infer<typeof Counter>;

export const DeviceCounterConsumption = struct('DeviceCounterConsumption', {
  counterSet: str(1).required(),
  counters: map(2, Counter).required(),
});
export type DeviceCounterConsumption = Infer<typeof DeviceCounterConsumption>;

export const NodeAllocatableResourceMapping = struct('NodeAllocatableResourceMapping', {
  capacityKey: str(1).pointer(),
  allocationMultiplier: quantity(2).pointer(),
});
export type NodeAllocatableResourceMapping = Infer<typeof NodeAllocatableResourceMapping>;

export const DeviceTaint = struct('DeviceTaint', {
  key: str(1).required(),
  value: str(2),
  effect: str(3).required(),
  timeAdded: time(4).pointer(),
});
export type DeviceTaint = Infer<typeof DeviceTaint>;

export const Device = struct('Device', {
  name: str(1).required(),
  attributes: map(2, DeviceAttribute),
  capacity: map(3, DeviceCapacity),
  consumesCounters: list(4, DeviceCounterConsumption).atomic(),
  nodeName: str(5).pointer(),
  nodeSelector: of(6, NodeSelector),
  allNodes: bool(7).pointer(),
  taints: list(8, DeviceTaint).atomic(),
  bindsToNode: bool(9).pointer(),
  bindingConditions: list(10, str()).atomic(),
  bindingFailureConditions: list(11, str()).atomic(),
  allowMultipleAllocations: bool(12).pointer(),
  nodeAllocatableResourceMappings: map(13, NodeAllocatableResourceMapping),
});
export type Device = Infer<typeof Device>;
