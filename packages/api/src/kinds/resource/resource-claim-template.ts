import { fieldInvalid } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import { of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { defaultDeviceRequests, validateDeviceClaim } from './device-requests.ts';
import { DeviceResourceClaimSpec } from './resource-claim.ts';

export const ResourceClaimTemplateSpec = struct('ResourceClaimTemplateSpec', {
  metadata: of(1, ObjectMeta).filled(),
  spec: of(2, DeviceResourceClaimSpec).expected(),
});
export type ResourceClaimTemplateSpec = Infer<typeof ResourceClaimTemplateSpec>;

export const ResourceClaimTemplate = struct('ResourceClaimTemplate', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, ResourceClaimTemplateSpec).expected(),
});
export type ResourceClaimTemplate = Infer<typeof ResourceClaimTemplate>;

export const resourceClaimTemplateKind = defineKind<ResourceClaimTemplate>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceClaimTemplate',
  plural: 'resourceclaimtemplates',
  namespaced: true,
  struct: ResourceClaimTemplate,
  hasGeneration: false,
  defaults: ({ spec }) => defaultDeviceRequests(spec.spec.devices),
  validate: ({ spec }) => validateDeviceClaim(spec.spec.devices, path('spec', 'spec', 'devices')),
  validateUpdate: (next, old) =>
    deepEqual(next.spec, old.spec) ? [] : [fieldInvalid(path('spec'), next.spec, 'field is immutable')],
});
