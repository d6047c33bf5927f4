import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@coxswain/foundation/testing';
import { collectEarly } from './collect-early.ts';

const MB = 1 << 20;

/** What is collected when the memory held is as given, second by second; `young` and `old` of it are garbage. */
async function collections(seconds: readonly { live: number; young?: number; old?: number }[]): Promise<string[]> {
  const clock = new FakeClock(0);
  const controller = new AbortController();
  const done: string[] = [];
  let now = { live: 10, young: 0, old: 0 };
  const running = collectEarly(
    {
      clock,
      held: () => (now.live + now.young + now.old) * MB,
      collect(what) {
        done.push(what);
        now = { live: now.live, young: 0, old: what === 'all' ? 0 : now.old };
      },
    },
    controller.signal,
  );
  for (const { live, young = 0, old = 0 } of seconds) {
    now = { live, young, old };
    await clock.advance(1000);
  }
  controller.abort();
  await running;
  return done;
}

test('a little growth is left alone', async () => {
  assert.deepEqual(await collections([{ live: 20 }, { live: 30, young: 9 }]), []);
});

test('young garbage goes without a whole collection', async () => {
  assert.deepEqual(await collections([{ live: 20, young: 30 }, { live: 20 }]), ['young']);
});

test('old garbage takes a whole one, and what stays is the new mark', async () => {
  const grown = { live: 40, old: 30 };
  assert.deepEqual(await collections([grown, { live: 45 }, { live: 50, old: 20 }]), ['young', 'all']);
});

test('a lower mark counts from there', async () => {
  assert.deepEqual(await collections([{ live: 2 }, { live: 10, old: 25 }]), ['young', 'all']);
});
