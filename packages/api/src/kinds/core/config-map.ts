import { bool, bytes, map, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { validateImmutable, validateKeys } from './data-validation.ts';

export const ConfigMap = struct('ConfigMap', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  data: map(2, str()),
  binaryData: map(3, bytes()),
  immutable: bool(4).pointer(),
});
export type ConfigMap = Infer<typeof ConfigMap>;

export const configMapKind = defineKind<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  namespaced: true,
  struct: ConfigMap,
  hasGeneration: false,
  validate: ({ data, binaryData }) => validateKeys({ binaryData, data }, new Set(['binaryData'])),
  validateUpdate: (next, old) =>
    validateImmutable(old.immutable, next.immutable, [
      ['data', next.data, old.data],
      ['binaryData', next.binaryData, old.binaryData],
    ]),
  columns: [
    column(
      'Data',
      ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length,
      'integer',
    ),
  ],
});
