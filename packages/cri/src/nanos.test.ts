import assert from 'node:assert/strict';
import { it } from 'node:test';
import { formatNanos, msToNanos, nanosToMs, parseNanos } from './nanos.ts';

it('reads and writes RFC 3339 to the nanosecond', () => {
  const table: [string, bigint][] = [
    ['2026-01-02T03:04:05.123456789Z', 1767323045123456789n],
    ['2026-01-02T03:04:05Z', 1767323045000000000n],
    ['2026-01-02T05:04:05.5+02:00', 1767323045500000000n],
    ['0001-01-01T00:00:00Z', 0n],
    ['', 0n],
    ['yesterday', 0n],
  ];
  for (const [text, nanos] of table) assert.equal(parseNanos(text), nanos, text);
  assert.equal(formatNanos(1767323045000000001n), '2026-01-02T03:04:05.000000001Z');
  assert.equal(nanosToMs(1767323045123456789n), 1767323045123);
  assert.equal(msToNanos(1767323045123), 1767323045123000000n);
});
