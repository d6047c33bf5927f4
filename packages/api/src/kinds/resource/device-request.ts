import { bool, int64, list, map, of, quantity, raw, str } from '../../schema/builders.ts';
import { type Infer, inlined, struct } from '../../schema/struct.ts';

export const CELDeviceSelector = struct('CELDeviceSelector', {
  expression: str(1).required(),
});
export type CELDeviceSelector = Infer<typeof CELDeviceSelector>;

export const DeviceSelector = struct('DeviceSelector', {
  cel: of(1, CELDeviceSelector),
});
export type DeviceSelector = Infer<typeof DeviceSelector>;

export const DeviceToleration = struct('DeviceToleration', {
  key: str(1),
  operator: str(2).oneOf('Equal', 'Exists').default('Equal'),
  value: str(3),
  effect: str(4),
  tolerationSeconds: int64(5).pointer(),
});
export type DeviceToleration = Infer<typeof DeviceToleration>;

export const CapacityRequirements = struct('CapacityRequirements', {
  requests: map(1, quantity()),
});
export type CapacityRequirements = Infer<typeof CapacityRequirements>;

export const OpaqueDeviceConfiguration = struct('OpaqueDeviceConfiguration', {
  driver: str(1).required(),
  parameters: raw(2).required(),
});
export type OpaqueDeviceConfiguration = Infer<typeof OpaqueDeviceConfiguration>;

export const DeviceConfiguration = struct('DeviceConfiguration', {
  opaque: of(1, OpaqueDeviceConfiguration),
});
export type DeviceConfiguration = Infer<typeof DeviceConfiguration>;

export const ExactDeviceRequest = struct('ExactDeviceRequest', {
  deviceClassName: str(1).required(),
  selectors: list(2, DeviceSelector).atomic(),
  allocationMode: str(3).default('ExactCount'),
  count: int64(4),
  adminAccess: bool(5).pointer(),
  tolerations: list(6, DeviceToleration).atomic(),
  capacity: of(7, CapacityRequirements),
});
export type ExactDeviceRequest = Infer<typeof ExactDeviceRequest>;

export const DeviceSubRequest = struct('DeviceSubRequest', {
  name: str(1).required(),
  deviceClassName: str(2).required(),
  selectors: list(3, DeviceSelector).atomic(),
  allocationMode: str(4).default('ExactCount'),
  count: int64(5),
  tolerations: list(6, DeviceToleration).atomic(),
  capacity: of(7, CapacityRequirements),
});
export type DeviceSubRequest = Infer<typeof DeviceSubRequest>;

export const DeviceRequest = struct('DeviceRequest', {
  name: str(1).required(),
  exactly: of(2, ExactDeviceRequest),
  firstAvailable: list(3, DeviceSubRequest).atomic(),
});
export type DeviceRequest = Infer<typeof DeviceRequest>;

export const DeviceConstraint = struct('DeviceConstraint', {
  requests: list(1, str()).atomic(),
  matchAttribute: str(2).pointer(),
  distinctAttribute: str(3).pointer(),
});
export type DeviceConstraint = Infer<typeof DeviceConstraint>;

export const DeviceClaimConfiguration = struct('DeviceClaimConfiguration', {
  ...inlined(2, DeviceConfiguration),
  requests: list(1, str()).atomic(),
});
export type DeviceClaimConfiguration = Infer<typeof DeviceClaimConfiguration>;

export const DeviceClaim = struct('DeviceClaim', {
  requests: list(1, DeviceRequest).always().atomic(),
  constraints: list(2, DeviceConstraint).atomic(),
  config: list(3, DeviceClaimConfiguration).atomic(),
});
export type DeviceClaim = Infer<typeof DeviceClaim>;
