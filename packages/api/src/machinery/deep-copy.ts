/** A copy of a JSON document that shares nothing with it. Members that are undefined are left out. */
export function deepCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const length = value.length;
    const copy: unknown[] = new Array(length);
    for (let i = 0; i < length; i++) copy[i] = deepCopy(value[i]);
    return copy as T;
  }
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    if (!Object.hasOwn(value, key) || key === '__proto__') continue;
    const member = value[key];
    if (member === undefined) continue;
    copy[key] = typeof member === 'object' && member !== null ? deepCopy(member) : member;
  }
  return copy as T;
}
