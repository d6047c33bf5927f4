import { fieldForbidden, fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import { map, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const VolumeAttributesClass = struct('VolumeAttributesClass', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  driverName: str(2).required(),
  parameters: map(3, str()),
});
export type VolumeAttributesClass = Infer<typeof VolumeAttributesClass>;

export const volumeAttributesClassKind = defineKind<VolumeAttributesClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttributesClass',
  plural: 'volumeattributesclasses',
  shortNames: ['vac'],
  namespaced: false,
  struct: VolumeAttributesClass,
  validate: ({ parameters }) =>
    Object.keys(parameters ?? {}).length > 0
      ? []
      : [fieldRequired(path('parameters'), 'must contain at least one key/value pair')],
  validateUpdate: (next, old) =>
    (['driverName', 'parameters'] as const)
      .filter((field) => !deepEqual(next[field], old[field]))
      .map((field) => fieldForbidden(path(field), `updates to ${field} are forbidden.`)),
  columns: [column('DriverName', ({ driverName }) => driverName)],
});
