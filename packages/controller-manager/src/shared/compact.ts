import { deepEqual } from '@coxswain/api';

/** A document without empty lists, objects and nulls, which an API server may leave out; `emptyDir: {}` stays. */
export function compact(value: unknown, dropZero = false): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => compact(item, dropZero));
  if (typeof value !== 'object' || value === null) {
    const isZero = value === null || (dropZero && (value === 0 || value === '' || value === false));
    return isZero ? undefined : value;
  }
  const entries: [string, unknown][] = [];
  for (const [key, member] of Object.entries(value)) {
    const kept = key === 'emptyDir' ? (member ?? undefined) : compact(member, dropZero);
    if (kept !== undefined) entries.push([key, kept]);
  }
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Whether two statuses say the same: zero and absent are one. */
export function sameStatus(a: unknown, b: unknown): boolean {
  return deepEqual(compact(a, true), compact(b, true));
}
