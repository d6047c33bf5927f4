import { type FieldError, fieldDuplicate, fieldInvalid } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import { isDns1123Subdomain } from '../../machinery/names.ts';
import { int32, list, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const VolumeNodeResources = struct('VolumeNodeResources', {
  count: int32(1).pointer(),
});
export type VolumeNodeResources = Infer<typeof VolumeNodeResources>;

export const CSINodeDriver = struct('CSINodeDriver', {
  name: str(1).required(),
  nodeID: str(2).required(),
  topologyKeys: list(3, str()).always().atomic(),
  allocatable: of(4, VolumeNodeResources),
});
export type CSINodeDriver = Infer<typeof CSINodeDriver>;

export const CSINodeSpec = struct('CSINodeSpec', {
  drivers: list(1, CSINodeDriver).always().keyed('name'),
});
export type CSINodeSpec = Infer<typeof CSINodeSpec>;

export const CSINode = struct('CSINode', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, CSINodeSpec).expected(),
});
export type CSINode = Infer<typeof CSINode>;

export const csiNodeKind = defineKind<CSINode>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  namespaced: false,
  struct: CSINode,
  hasGeneration: false,
  validate: ({ spec }) => validateDrivers(spec.drivers ?? []),
  validateUpdate: ({ spec }, old) => validateDriversUpdate(spec.drivers ?? [], old.spec.drivers ?? []),
  columns: [column('Drivers', ({ spec }) => spec.drivers?.length ?? 0, 'integer')],
});

function validateDrivers(drivers: readonly CSINodeDriver[]): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  drivers.forEach(({ name = '', allocatable }, i) => {
    const at = path('spec', 'drivers').index(i);
    for (const message of isDns1123Subdomain(name.toLowerCase()))
      errors.push(fieldInvalid(at.child('name'), name, message));
    if (names.has(name)) errors.push(fieldDuplicate(at.child('name'), name));
    names.add(name);
    if (allocatable?.count !== undefined && allocatable.count < 0)
      errors.push(
        fieldInvalid(at.child('allocatable', 'count'), allocatable.count, 'must be greater than or equal to 0'),
      );
  });
  return errors;
}

/** A driver that stays keeps all but what the node can take. */
function validateDriversUpdate(next: readonly CSINodeDriver[], old: readonly CSINodeDriver[]): FieldError[] {
  return next.flatMap(({ allocatable: _, ...driver }) => {
    const before = old.find(({ name }) => name === driver.name);
    if (!before) return [];
    const { allocatable: __, ...same } = before;
    return deepEqual(driver, same) ? [] : [fieldInvalid(path('spec', 'drivers'), driver, 'field is immutable')];
  });
}
