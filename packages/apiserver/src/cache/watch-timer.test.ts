import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FakeClock } from '@coxswain/foundation/testing';
import { nextTick, runWatchTimer } from './watch-timer.ts';

const forever = Number.POSITIVE_INFINITY;
for (const [elapsed, bookmarks, timeoutMs, random, at, what] of [
  [0, true, forever, 0, 48_000, 'bookmark'],
  [0, true, forever, 1, 60_000, 'bookmark'],
  [48_000, true, 300_000, 1, 108_000, 'bookmark'],
  [0, true, 30_000, 1, 28_000, 'bookmark'],
  [28_000, true, 30_000, 1, 30_000, 'end'],
  [0, true, 1_000, 1, 1_000, 'end'],
  [0, false, 30_000, 1, 30_000, 'end'],
  [0, false, forever, 1, forever, 'end'],
] as const) {
  it(`${elapsed} ms into a watch of ${timeoutMs} ms${bookmarks ? ' with bookmarks' : ''}: ${what} at ${at}`, () => {
    assert.deepEqual(nextTick(elapsed, { bookmarks, timeoutMs }, random), { at, what });
  });
}

it('runs bookmarks, the last bookmark and the end', async () => {
  const clock = new FakeClock();
  const start = clock.now();
  const seen: string[] = [];
  const note = (what: string) => seen.push(`${what} ${clock.now() - start}`);
  const watch = { bookmark: () => note('bookmark'), end: () => note('end') };
  const done = runWatchTimer(
    watch,
    { bookmarks: true, timeoutMs: 100_000 },
    { clock, random: () => 1 },
    new AbortController().signal,
  );
  await clock.advance(100_000);
  await done;
  assert.deepEqual(seen, ['bookmark 60000', 'bookmark 98000', 'end 100000']);
});
