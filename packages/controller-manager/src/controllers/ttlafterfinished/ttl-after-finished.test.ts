import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Job, jobKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aJob, startControllers } from '../../testing/index.ts';
import { expiryOf } from './plan-ttl.ts';

const finished = (type: string, lastTransitionTime: string, ttl?: number): Job =>
  aJob(ttl === undefined ? {} : { ttlSecondsAfterFinished: ttl }, {
    conditions: [{ type, status: 'True', lastTransitionTime }],
  });
const TIME = '2026-01-01T00:00:00Z';

test('expiry counts from the end', () => {
  assert.equal(expiryOf(finished('Complete', TIME, 30)), Date.parse(TIME) + 30_000);
  assert.equal(expiryOf(finished('Failed', TIME, 0)), Date.parse(TIME));
  assert.equal(expiryOf(finished('Complete', TIME)), undefined);
  assert.equal(expiryOf(finished('Suspended', TIME, 30)), undefined);
});

test('deletes when due, in the foreground', async (t) => {
  const client = new FakeApiClient();
  const controllers = startControllers(client, ['ttl-after-finished']);
  t.after(() => controllers.stop());
  client.add(jobKind, finished('Complete', new Date(Date.now() - 500).toISOString(), 1));
  await eventually(() => {
    const [write] = client.writes();
    assert.equal(write?.verb, 'delete');
    assert.equal((write?.body as { propagationPolicy?: string } | undefined)?.propagationPolicy, 'Foreground');
  });
});
