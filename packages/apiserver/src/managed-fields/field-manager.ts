import { type FieldError, fieldForbidden, fieldInvalid, fieldRequired, fieldTooLong, path } from '@coxswain/api';

const MAX_BYTES = 128;
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;

/** The errors of the query parameters `fieldManager` and `force` of a write; `apply` tells server-side apply from the rest. */
export function fieldManagerErrors(manager: string, force: string | null, apply: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const at = path('fieldManager');
  if (apply && manager === '') errors.push(fieldRequired(at, 'is required for apply patch'));
  if (!apply && force !== null) errors.push(fieldForbidden(path('force'), 'may not be specified for non-apply patch'));
  if (Buffer.byteLength(manager) > MAX_BYTES) errors.push(fieldTooLong(at, MAX_BYTES));
  if (UNPRINTABLE.test(manager)) errors.push(fieldInvalid(at, manager, 'should only contain printable characters'));
  return errors;
}

/** Who writes: what the request says, or else its user agent up to the slash. */
export function managerName(manager: string, userAgent: string | undefined): string {
  if (manager !== '' || userAgent === undefined) return manager;
  const slash = userAgent.indexOf('/');
  const name = slash < 0 ? userAgent : userAgent.slice(0, slash);
  return name.length <= MAX_BYTES && !UNPRINTABLE.test(name) ? name : printable(name);
}

function printable(name: string): string {
  let result = '';
  for (const character of name) {
    if (UNPRINTABLE.test(character)) continue;
    if (Buffer.byteLength(result + character) > MAX_BYTES) break;
    result += character;
  }
  return result;
}
