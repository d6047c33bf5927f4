import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FakeClock } from '@coxswain/foundation/testing';
import { goDuration, RestartBackoff } from './restart-backoff.ts';

it('doubles from ten seconds to five minutes and forgets after ten good minutes', async () => {
  const clock = new FakeClock();
  const backoff = new RestartBackoff({ clock });
  const delays: number[] = [];
  for (let crash = 0; crash < 7; crash++) {
    const wait = backoff.remaining('c', clock.now());
    delays.push(wait / 1000);
    const since = clock.now();
    await clock.advance(wait);
    backoff.next('c', since);
  }
  assert.deepEqual(delays, [0, 10, 20, 40, 80, 160, 300]);
  await clock.advance(601_000);
  assert.equal(backoff.remaining('c', clock.now()), 0);
  backoff.next('c', clock.now());
  assert.equal(backoff.delay('c'), 10_000);
});

it('prints durations as Go does', () => {
  assert.deepEqual([10_000, 160_000, 300_000, 20].map(goDuration), ['10s', '2m40s', '5m0s', '20ms']);
});
