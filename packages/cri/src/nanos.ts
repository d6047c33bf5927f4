import type { Nanos } from './messages/common.ts';

const PER_MS = 1_000_000n;

/** Milliseconds since the epoch, rounded down; 0 for an absent time. */
export function nanosToMs(nanos: Nanos): number {
  return Number(nanos / PER_MS);
}

export function msToNanos(ms: number): Nanos {
  return BigInt(Math.floor(ms)) * PER_MS + BigInt(Math.round((ms % 1) * 1e6));
}

/**
 * Reads RFC 3339 with up to nine digits of fraction, as Docker and the log format write it.
 * Docker's zero time (`0001-01-01T00:00:00Z`), '' and what isn't a time give 0n.
 */
export function parseNanos(text: string): Nanos {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (!match) return 0n;
  const [, seconds, fraction = '', zone] = match;
  const ms = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(ms) || ms <= 0) return 0n;
  return BigInt(ms) * PER_MS + BigInt(fraction.padEnd(9, '0'));
}

/** RFC 3339 in UTC with nine digits of fraction. */
export function formatNanos(nanos: Nanos): string {
  const seconds = nanos / 1_000_000_000n;
  const fraction = (nanos % 1_000_000_000n).toString().padStart(9, '0');
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}
