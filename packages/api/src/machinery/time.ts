const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** `2026-01-02T03:04:05Z` of any RFC 3339 time, or undefined if it isn't one. Fractions are cut off, as metav1.Time does. */
export function canonicalTime(text: string): string | undefined {
  if (text.length === 20 && text.endsWith('Z') && RFC3339.test(text)) return isRealDate(text) ? text : undefined;
  if (!RFC3339.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** `2026-01-02T03:04:05.000006Z` of any RFC 3339 time, or undefined if it isn't one. */
export function canonicalMicroTime(text: string): string | undefined {
  const match = RFC3339.exec(text);
  if (!match) return undefined;
  const seconds = canonicalTime(text);
  if (seconds === undefined) return undefined;
  return `${seconds.slice(0, 19)}.${(match[7] ?? '.').slice(1, 7).padEnd(6, '0')}Z`;
}

function isRealDate(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 19) === text.slice(0, 19);
}
