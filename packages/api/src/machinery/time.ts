/** `2026-01-01T00:00:00Z` of milliseconds since 1970: meta/v1 Time, cut to the second. */
export function formatTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** `2026-01-01T00:00:00.000000Z`: meta/v1 MicroTime. Fractions of a millisecond count. */
export function formatMicroTime(ms: number): string {
  const micros = Math.floor(ms * 1000 + 1e-6);
  const rest = ((micros % 1000) + 1000) % 1000;
  return `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, 23)}${String(rest).padStart(3, '0')}Z`;
}

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([-+])(\d\d):(\d\d))$/;

/** Milliseconds since 1970 of an RFC 3339 text, with its micros as a fraction; undefined for any other text. */
export function parseTime(text: string): number | undefined {
  const match = text.length > 64 ? null : RFC_3339.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [offsetHours, offsetMinutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 24 || offsetMinutes > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const offset = (offsetHours * 60 + offsetMinutes) * (match[8] === '-' ? -1 : 1);
  const seconds = hour * 3600 + (minute - offset) * 60 + second;
  const micros = Number((match[7] ?? '').slice(0, 6).padEnd(6, '0'));
  return date.getTime() + seconds * 1000 + micros / 1000;
}

/** An RFC 3339 text as upstream writes it back: UTC, whole seconds; undefined for any other text. */
export function canonicalTime(text: string): string | undefined {
  if (text.length === 20 && text.endsWith('Z') && parseTime(text) !== undefined) return text;
  const ms = parseTime(text);
  return ms === undefined || !inRange(ms) ? undefined : formatTime(ms);
}

/** The same for a MicroTime. */
export function canonicalMicroTime(text: string): string | undefined {
  const ms = parseTime(text);
  if (ms === undefined || !inRange(ms)) return undefined;
  const micros = (/[.,](\d+)/.exec(text)?.[1] ?? '').slice(0, 6).padEnd(6, '0');
  return `${formatTime(ms).slice(0, 19)}.${micros}Z`;
}

/** Years 0 to 9999: what RFC 3339 can say. */
function inRange(ms: number): boolean {
  return ms >= -62_167_219_200_000 && ms < 253_402_300_800_000;
}
