import { type FieldError, fieldForbidden, fieldInvalid, fieldTooLong } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import { isConfigMapKey } from '../../machinery/names.ts';

/** Bytes of all values of a ConfigMap or Secret together. */
const MAX_DATA_SIZE = 1024 * 1024;

/** Keys are file names, no key stands in two fields, and the whole is at most 1 MiB. */
export function validateKeys(fields: Readonly<Record<string, Record<string, string> | undefined>>): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  let size = 0;
  for (const [field, entries] of Object.entries(fields))
    for (const [key, value] of Object.entries(entries ?? {})) {
      errors.push(...isConfigMapKey(key).map((m) => fieldInvalid(path(field).key(key), key, m)));
      if (seen.has(key)) errors.push(fieldInvalid(path(field).key(key), key, 'duplicate of key present in data'));
      seen.add(key);
      size += field === 'data' ? Buffer.byteLength(value) : Math.floor((value.length * 3) / 4);
    }
  if (size > MAX_DATA_SIZE) errors.push(fieldTooLong(path(''), MAX_DATA_SIZE));
  return errors;
}

/** Once `immutable` is set, it and the data stay as they are. */
export function validateImmutable(
  before: boolean | undefined,
  after: boolean | undefined,
  fields: readonly (readonly [field: string, next: unknown, old: unknown])[],
): FieldError[] {
  if (!before) return [];
  const errors: FieldError[] = [];
  if (!after) errors.push(fieldForbidden(path('immutable'), 'field is immutable when `immutable` is set'));
  for (const [field, next, old] of fields)
    if (!deepEqual(next ?? {}, old ?? {}))
      errors.push(fieldForbidden(path(field), 'field is immutable when `immutable` is set'));
  return errors;
}
