import { type FieldError, fieldInvalid } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import { isDns1123Subdomain } from '../../machinery/names.ts';
import { tryParseQuantity } from '../../machinery/quantity.ts';
import { validateLabelSelector } from '../../machinery/validate-meta.ts';
import { of, quantity, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { LabelSelector } from '../meta/label-selector.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const CSIStorageCapacity = struct('CSIStorageCapacity', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  nodeTopology: of(2, LabelSelector),
  storageClassName: str(3).required(),
  capacity: quantity(4).pointer(),
  maximumVolumeSize: quantity(5).pointer(),
});
export type CSIStorageCapacity = Infer<typeof CSIStorageCapacity>;

export const csiStorageCapacityKind = defineKind<CSIStorageCapacity>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  namespaced: true,
  struct: CSIStorageCapacity,
  validate: validateCapacity,
  validateUpdate: (next, old) =>
    (['nodeTopology', 'storageClassName'] as const)
      .filter((field) => !deepEqual(next[field], old[field]))
      .map((field) => fieldInvalid(path(field), next[field], 'field is immutable')),
  hasAgeColumn: false,
  columns: [
    column('StorageClassName', ({ storageClassName }) => storageClassName),
    column('Capacity', ({ capacity }) => capacity ?? ''),
  ],
});

function validateCapacity(object: CSIStorageCapacity): FieldError[] {
  const { storageClassName, nodeTopology } = object;
  const errors = storageClassName
    ? isDns1123Subdomain(storageClassName).map((m) => fieldInvalid(path('storageClassName'), storageClassName, m))
    : [];
  for (const field of ['capacity', 'maximumVolumeSize'] as const) {
    const amount = object[field];
    if (amount !== undefined && tryParseQuantity(amount)?.sign() === -1)
      errors.push(fieldInvalid(path(field), amount, 'must be greater than or equal to 0'));
  }
  if (nodeTopology) errors.push(...validateLabelSelector(nodeTopology, path('nodeTopology')));
  return errors;
}
