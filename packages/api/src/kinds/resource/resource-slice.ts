import { type FieldError, fieldDuplicate, fieldInvalid, fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { isDns1123Label } from '../../machinery/names.ts';
import { bool, int64, list, map, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
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
  validate: validateSlice,
  validateUpdate: (next, old) =>
    (['driver', 'nodeName'] as const)
      .filter((field) => next.spec[field] !== old.spec[field])
      .map((field) => fieldInvalid(path('spec', field), next.spec[field], 'field is immutable')),
  fieldSelectors: {
    'spec.driver': ({ spec }) => spec.driver ?? '',
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
  },
  columns: [
    column('Node', ({ spec }) => spec.nodeName ?? '<unset>'),
    column('Driver', ({ spec }) => spec.driver),
    column('Pool', ({ spec }) => spec.pool?.name ?? ''),
  ],
});

function validateSlice({ spec }: ResourceSlice): FieldError[] {
  const errors: FieldError[] = [];
  const places = [spec.nodeName, spec.nodeSelector, spec.allNodes, spec.perDeviceNodeSelection].filter(Boolean);
  if (places.length !== 1)
    errors.push(
      fieldRequired(
        path('spec'),
        'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required',
      ),
    );
  const names = new Set<string>();
  (spec.devices ?? []).forEach(({ name }, i) => {
    const at = path('spec', 'devices').index(i).child('name');
    if (name) errors.push(...isDns1123Label(name).map((message) => fieldInvalid(at, name, message)));
    if (names.has(name)) errors.push(fieldDuplicate(at, name));
    names.add(name);
  });
  return errors;
}
