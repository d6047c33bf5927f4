import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FakeClock } from '@coxswain/foundation/testing';
import { ExpiringCache } from './expiring-cache.ts';

it('keeps each value for its time', async () => {
  const clock = new FakeClock();
  const cache = new ExpiringCache<boolean>(clock);
  cache.set('short', false, 1000);
  cache.set('long', true, 5000);
  assert.deepEqual([cache.get('short'), cache.get('long'), cache.get('other')], [false, true, undefined]);
  await clock.advance(1000);
  assert.deepEqual([cache.get('short'), cache.get('long')], [undefined, true]);
  cache.set('short', true, 1000);
  assert.equal(cache.get('short'), true);
});

it('forgets the oldest of too many', () => {
  const cache = new ExpiringCache<number>(new FakeClock());
  for (let i = 0; i < 1001; i++) cache.set(String(i), i, 1000);
  assert.deepEqual([cache.get('0'), cache.get('1'), cache.get('1000')], [undefined, 1, 1000]);
});
