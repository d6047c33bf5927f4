import { fieldInvalid } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import { list, of, raw, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { Condition } from '../meta/condition.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { AllocationResult } from './device-allocation.ts';
import { DeviceClaim } from './device-request.ts';
import { defaultDeviceRequests, validateDeviceClaim } from './device-requests.ts';

export const DeviceResourceClaimSpec = struct('ResourceClaimSpec', {
  devices: of(1, DeviceClaim).filled(),
});
export type DeviceResourceClaimSpec = Infer<typeof DeviceResourceClaimSpec>;

export const NetworkDeviceData = struct('NetworkDeviceData', {
  interfaceName: str(1),
  ips: list(2, str()).atomic(),
  hardwareAddress: str(3),
});
export type NetworkDeviceData = Infer<typeof NetworkDeviceData>;

export const AllocatedDeviceStatus = struct('AllocatedDeviceStatus', {
  driver: str(1).required(),
  pool: str(2).required(),
  device: str(3).required(),
  conditions: list(4, Condition).always().listMap('type'),
  data: raw(5).pointer(),
  networkData: of(6, NetworkDeviceData),
  shareID: str(7).pointer(),
});
export type AllocatedDeviceStatus = Infer<typeof AllocatedDeviceStatus>;

export const ResourceClaimConsumerReference = struct('ResourceClaimConsumerReference', {
  apiGroup: str(1),
  resource: str(3).required(),
  name: str(4).required(),
  uid: str(5).required(),
});
export type ResourceClaimConsumerReference = Infer<typeof ResourceClaimConsumerReference>;

export const DeviceResourceClaimStatus = struct('ResourceClaimStatus', {
  allocation: of(1, AllocationResult),
  reservedFor: list(2, ResourceClaimConsumerReference).keyed('uid'),
  devices: list(4, AllocatedDeviceStatus).listMap('driver', 'device', 'pool', 'shareID'),
});
export type DeviceResourceClaimStatus = Infer<typeof DeviceResourceClaimStatus>;

export const DeviceResourceClaim = struct('ResourceClaim', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, DeviceResourceClaimSpec).expected(),
  status: of(3, DeviceResourceClaimStatus),
});
export type DeviceResourceClaim = Infer<typeof DeviceResourceClaim>;

export const deviceResourceClaimKind = defineKind<DeviceResourceClaim>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceClaim',
  plural: 'resourceclaims',
  namespaced: true,
  struct: DeviceResourceClaim,
  defaults: ({ spec }) => defaultDeviceRequests(spec.devices),
  prepareForCreate(claim) {
    claim.status = {};
  },
  validate: ({ spec }) => validateDeviceClaim(spec.devices, path('spec', 'devices')),
  validateUpdate: (next, old) =>
    deepEqual(next.spec, old.spec) ? [] : [fieldInvalid(path('spec'), next.spec, 'field is immutable')],
  subresources: { status: true },
  columns: [column('State', stateCell)],
});

function stateCell({ metadata, status }: DeviceResourceClaim): string {
  const states: string[] = [];
  if (metadata.deletionTimestamp) states.push('deleted');
  if (!status?.allocation) {
    if (!metadata.deletionTimestamp) states.push('pending');
  } else states.push('allocated', ...(status.reservedFor?.length ? ['reserved'] : []));
  return states.join(',');
}
