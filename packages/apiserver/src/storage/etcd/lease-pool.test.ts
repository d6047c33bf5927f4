import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FakeClock } from '@coxswain/foundation/testing';
import { LeasePool } from './lease-pool.ts';

function pool() {
  const clock = new FakeClock();
  const granted: number[] = [];
  const leases = new LeasePool(async (seconds) => BigInt(granted.push(seconds)), clock, 60_000);
  return { clock, granted, leases };
}

it('objects of about the same age share a lease that outlives them all', async () => {
  const { clock, granted, leases } = pool();
  assert.deepEqual(await Promise.all([leases.lease(3600), leases.lease(3600)]), [1n, 1n]);
  await clock.advance(59_000);
  assert.equal(await leases.lease(3600), 1n);
  await clock.advance(1_000);
  assert.equal(await leases.lease(3600), 2n);
  assert.equal(await leases.lease(10), 3n);
  assert.deepEqual(granted, [3660, 3660, 70]);
});

it('a lease is given to a thousand objects at most', async () => {
  const { granted, leases } = pool();
  for (let i = 0; i < 1001; i++) await leases.lease(3600);
  assert.equal(granted.length, 2);
});

it('a forgotten lease, or one that was not granted, is replaced', async () => {
  const { leases } = pool();
  await leases.lease(3600);
  leases.forget(3600);
  assert.equal(await leases.lease(3600), 2n);
  let fail = true;
  const flaky = new LeasePool(async () => (fail ? Promise.reject(new Error('no')) : 9n), new FakeClock(), 1000);
  await assert.rejects(flaky.lease(1), /no/);
  fail = false;
  assert.equal(await flaky.lease(1), 9n);
});
