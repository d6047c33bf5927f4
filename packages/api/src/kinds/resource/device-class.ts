import { list, of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, inlined, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { DeviceConfiguration, DeviceSelector } from './device-request.ts';

export const DeviceClassConfiguration = struct('DeviceClassConfiguration', {
  ...inlined(1, DeviceConfiguration),
});
export type DeviceClassConfiguration = Infer<typeof DeviceClassConfiguration>;

export const DeviceClassSpec = struct('DeviceClassSpec', {
  selectors: list(1, DeviceSelector).atomic(),
  config: list(2, DeviceClassConfiguration).atomic(),
  extendedResourceName: str(4).pointer(),
});
export type DeviceClassSpec = Infer<typeof DeviceClassSpec>;

export const DeviceClass = struct('DeviceClass', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, DeviceClassSpec).expected(),
});
export type DeviceClass = Infer<typeof DeviceClass>;

export const deviceClassKind = defineKind<DeviceClass>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'DeviceClass',
  plural: 'deviceclasses',
  namespaced: false,
  struct: DeviceClass,
});
