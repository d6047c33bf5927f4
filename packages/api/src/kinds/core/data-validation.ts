import { type FieldError, fieldForbidden, fieldInvalid, fieldTooLong } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import { isConfigMapKey } from '../../machinery/names.ts';

/** Bytes of all values of a ConfigMap or Secret together. */
const MAX_DATA_SIZE = 1024 * 1024;

/** `encoded` names the fields that hold base64. Keys are file names, no key stands in two fields, and the whole is at most 1 MiB. */
export function validateKeys(
  fields: Readonly<Record<string, Record<string, string> | undefined>>,
  encoded: ReadonlySet<string>,
): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [field, entries] of Object.entries(fields))
    for (const [key, value] of Object.entries(entries ?? {})) {
      errors.push(...isConfigMapKey(key).map((m) => fieldInvalid(path(field).key(key), key, m)));
      for (const other of Object.keys(fields).filter((name) => name < field))
        if (Object.hasOwn(fields[other] ?? {}, key)) errors.push(duplicateKey(field, other, key));
      size += encoded.has(field) ? Buffer.byteLength(value, 'base64') : Buffer.byteLength(value);
    }
  const whole = Object.keys(fields).length > 1 ? '[]' : path(...Object.keys(fields));
  if (size > MAX_DATA_SIZE) errors.push(fieldTooLong(whole, MAX_DATA_SIZE));
  return errors;
}

function duplicateKey(field: string, other: string, key: string): FieldError {
  return fieldInvalid(path(field).key(key), key, `duplicate of key present in ${other}`);
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
