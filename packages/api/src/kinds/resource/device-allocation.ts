import { bool, list, map, of, quantity, str, time } from '../../schema/builders.ts';
import { type Infer, inlined, struct } from '../../schema/struct.ts';
import { NodeSelector } from '../core/pod/affinity.ts';
import { DeviceConfiguration, DeviceToleration } from './device-request.ts';

export const DeviceAllocationConfiguration = struct('DeviceAllocationConfiguration', {
  ...inlined(3, DeviceConfiguration),
  source: str(1).required(),
  requests: list(2, str()).atomic(),
});
export type DeviceAllocationConfiguration = Infer<typeof DeviceAllocationConfiguration>;

export const DeviceRequestAllocationResult = struct('DeviceRequestAllocationResult', {
  request: str(1).required(),
  driver: str(2).required(),
  pool: str(3).required(),
  device: str(4).required(),
  adminAccess: bool(5).pointer(),
  tolerations: list(6, DeviceToleration).atomic(),
  bindingConditions: list(7, str()).atomic(),
  bindingFailureConditions: list(8, str()).atomic(),
  shareID: str(9).pointer(),
  consumedCapacity: map(10, quantity()),
});
export type DeviceRequestAllocationResult = Infer<typeof DeviceRequestAllocationResult>;

export const DeviceAllocationResult = struct('DeviceAllocationResult', {
  results: list(1, DeviceRequestAllocationResult).atomic(),
  config: list(2, DeviceAllocationConfiguration).atomic(),
});
export type DeviceAllocationResult = Infer<typeof DeviceAllocationResult>;

export const AllocationResult = struct('AllocationResult', {
  devices: of(1, DeviceAllocationResult).filled(),
  nodeSelector: of(3, NodeSelector),
  allocationTimestamp: time(5).pointer(),
});
export type AllocationResult = Infer<typeof AllocationResult>;
