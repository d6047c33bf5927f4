import { type FieldError, fieldForbidden, fieldInvalid, fieldRequired } from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import { isDns1123Subdomain } from '../../machinery/names.ts';
import { parseQuantity } from '../../machinery/quantity.ts';
import { validateLabelSelector } from '../../machinery/validate-meta.ts';
import { validateAccessModes } from './access-modes.ts';
import type { PersistentVolumeClaim } from './persistent-volume-claim.ts';
import type { PersistentVolumeClaimSpec } from './persistent-volume-claim-spec.ts';

export function validateClaim({ spec }: PersistentVolumeClaim): FieldError[] {
  return validateClaimSpec(spec, path('spec'));
}

/** Rules of a claim's spec, also where it is the template of claims. */
export function validateClaimSpec(spec: PersistentVolumeClaimSpec, at: FieldPath): FieldError[] {
  const errors = validateAccessModes(spec.accessModes, at.child('accessModes'), 'at least 1 access mode is required');
  if (spec.selector) errors.push(...validateLabelSelector(spec.selector, at.child('selector')));
  const storage = spec.resources?.requests?.['storage'];
  const size = at.child('resources').key('storage');
  if (storage === undefined) errors.push(fieldRequired(size));
  else if (parseQuantity(storage).sign() <= 0) errors.push(fieldInvalid(size, storage, 'must be greater than zero'));
  if (spec.storageClassName)
    for (const message of isDns1123Subdomain(spec.storageClassName))
      errors.push(fieldInvalid(at.child('storageClassName'), spec.storageClassName, message));
  const { dataSource } = spec;
  if (dataSource && !dataSource.apiGroup && dataSource.kind && dataSource.kind !== 'PersistentVolumeClaim')
    errors.push(
      fieldInvalid(
        at.child('dataSource'),
        dataSource.kind,
        "must be 'PersistentVolumeClaim' when referencing the default apiGroup",
      ),
    );
  return errors;
}

/** A claim asks once; only a bound one may ask for more storage or other attributes, and an unbound one may get its volume. */
export function validateClaimUpdate(next: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const at = path('spec');
  const allowed: PersistentVolumeClaimSpec = { ...old.spec };
  const bound = old.status?.phase === 'Bound';
  if (!old.spec.volumeName) allowed.volumeName = next.spec.volumeName;
  if (old.spec.storageClassName === undefined) allowed.storageClassName = next.spec.storageClassName;
  if (bound) {
    allowed.resources = { ...old.spec.resources, requests: next.spec.resources?.requests };
    allowed.volumeAttributesClassName = next.spec.volumeAttributesClassName;
  }
  if (!deepEqual(next.spec, allowed))
    return [
      fieldForbidden(
        at,
        'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ),
    ];
  const [size, before] = [next, old].map(({ spec }) => parseQuantity(spec.resources?.requests?.['storage'] ?? '0'));
  const capacity = parseQuantity(old.status?.capacity?.['storage'] ?? '0');
  if (size && before && size.compare(before) < 0 && size.compare(capacity) < 0)
    return [fieldForbidden(at.child('resources', 'requests', 'storage'), 'field can not be less than status.capacity')];
  return [];
}
