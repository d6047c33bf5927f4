import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAge, humanDuration, steadily } from './durations.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

for (const ms of [
  0,
  1,
  999,
  1000,
  59_500,
  119_999,
  2 * MINUTE,
  9 * MINUTE + 59_001,
  10 * MINUTE,
  179 * MINUTE + 1,
  3 * HOUR,
  8 * HOUR - 1,
  8 * HOUR,
  47 * HOUR + 5,
  2 * DAY,
  8 * DAY - 1,
  8 * DAY,
  700 * DAY + 7,
  3000 * DAY,
])
  test(`${ms} ms read the same for as long as is said`, () => {
    const { value, steadyMs } = steadily(() => humanDuration(ms));
    assert.ok(steadyMs > 0);
    for (const later of [1, steadyMs / 2, steadyMs - 1])
      if (later < steadyMs) assert.equal(humanDuration(ms + Math.floor(later)), value);
    if (ms < 700 * DAY) assert.notEqual(humanDuration(ms + steadyMs), value);
  });

test('the shortest of several counts, and nothing is said of what is not known', () => {
  const at = Date.parse('2026-01-01T00:00:00Z');
  const both = steadily(() => [humanDuration(3 * DAY + 1), humanDuration(5 * MINUTE + 400)]);
  assert.deepEqual(both, { value: ['3d', '5m'], steadyMs: 600 });
  assert.equal(steadily(() => 'x').steadyMs, Number.POSITIVE_INFINITY);
  assert.equal(steadily(() => formatAge(undefined, at)).steadyMs, Number.POSITIVE_INFINITY);
  assert.equal(steadily(() => humanDuration(-500)).steadyMs, 0);
  assert.equal(steadily(() => humanDuration(Number.NaN)).steadyMs, 0);
});
