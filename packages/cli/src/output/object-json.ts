/** JSON as kubectl prints it: four spaces, members in alphabetical order, `<`, `>` and `&` escaped. No line break at the end. */
export function objectJson(value: unknown, indent = '    '): string {
  return (JSON.stringify(sorted(value), null, indent) ?? 'null').replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}
