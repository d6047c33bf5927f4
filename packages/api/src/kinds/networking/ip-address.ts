import { fieldInvalid } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { isValidIP } from '../../machinery/ip.ts';
import { deepEqual } from '../../machinery/json.ts';
import { of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const ParentReference = struct('ParentReference', {
  group: str(1),
  resource: str(2).required(),
  namespace: str(3),
  name: str(4).required(),
});
export type ParentReference = Infer<typeof ParentReference>;

export const IPAddressSpec = struct('IPAddressSpec', {
  parentRef: of(1, ParentReference).required(),
});
export type IPAddressSpec = Infer<typeof IPAddressSpec>;

export const IPAddress = struct('IPAddress', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, IPAddressSpec).expected(),
});
export type IPAddress = Infer<typeof IPAddress>;

export const ipAddressKind = defineKind<IPAddress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IPAddress',
  plural: 'ipaddresses',
  shortNames: ['ip'],
  namespaced: false,
  struct: IPAddress,
  nameRule: isValidIP,
  hasGeneration: false,
  validateUpdate: (next, old) =>
    deepEqual(next.spec.parentRef, old.spec.parentRef)
      ? []
      : [fieldInvalid(path('spec', 'parentRef'), next.spec.parentRef, 'field is immutable')],
  fieldSelectors: { 'spec.parentRef.name': ({ spec }) => spec.parentRef?.name ?? '' },
  hasAgeColumn: false,
  columns: [column('ParentRef', ({ spec }) => parentCell(spec.parentRef))],
});

/** `services/default/kubernetes` */
function parentCell(parent: ParentReference | undefined): string {
  if (!parent) return '<none>';
  const { group, resource, namespace, name } = parent;
  return [group ? `${resource}.${group}` : resource, ...(namespace ? [namespace] : []), name].join('/');
}
