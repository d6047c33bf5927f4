import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@coxswain/foundation/testing';
import { aDeployment, aPod } from '../testing/index.ts';
import { sameStatus } from './compact.ts';
import { Expectations } from './expectations.ts';
import { planClaims } from './plan-claims.ts';
import { slowStart } from './slow-start.ts';

test('expectations hold until all was seen, failed, or five minutes went by', async () => {
  const clock = new FakeClock();
  const expectations = new Expectations(clock);
  assert.equal(expectations.satisfied('k'), true);
  expectations.expect('k', { creations: 3 });
  expectations.creationObserved('k');
  assert.equal(expectations.satisfied('k'), false);
  expectations.creationObserved('k', 2);
  assert.equal(expectations.satisfied('k'), true);
  expectations.expect('k', { deletions: ['a', 'b'] });
  expectations.deletionObserved('k', 'a');
  expectations.deletionObserved('k', 'a');
  assert.equal(expectations.satisfied('k'), false);
  const deleted = () => ['a', 'b', 'c'].filter((uid) => expectations.expectsDeletion('k', uid));
  assert.deepEqual(deleted(), ['b']);
  await clock.advance(5 * 60_000 + 1);
  assert.equal(expectations.satisfied('k'), true);
  assert.deepEqual(deleted(), []);
});

test('slow start doubles its batches and stops at the first that fails', async () => {
  const batches: number[] = [];
  let running = 0;
  const call = async () => {
    running++;
    await new Promise((resolve) => setImmediate(resolve));
    if (running > 0) batches.push(running);
    running = 0;
  };
  assert.deepEqual(await slowStart(10, call), { succeeded: 10, skipped: 0, errors: [] });
  assert.deepEqual(batches, [1, 2, 4, 3]);
  const failing = await slowStart(10, async (i) => {
    if (i === 1) throw new Error('no');
  });
  assert.deepEqual([failing.succeeded, failing.skipped, failing.errors.length], [2, 7, 1]);
});

test('claims go by ControllerRef first, by selector second', () => {
  const owner = aDeployment();
  const ours = { kind: 'Deployment', name: 'web', uid: 'web-uid' };
  const objects = [
    aPod({ name: 'owned', owner: ours }),
    aPod({ name: 'strayed', owner: ours, labels: {} }),
    aPod({ name: 'orphan' }),
    aPod({ name: 'leaving', deleting: true }),
    aPod({ name: 'unrelated', labels: {} }),
    aPod({ name: 'foreign', owner: { ...ours, uid: 'other' } }),
  ];
  const claims = (leaving: boolean) => {
    const metadata = { ...owner.metadata, ...(leaving ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) };
    const matches = (pod: (typeof objects)[number]) => pod.metadata.labels?.['app'] === 'web';
    const { owned, adopt, release } = planClaims({ owner: { ...owner, metadata }, objects, matches });
    return [owned, adopt, release].map((list) => list.map(({ metadata: { name } }) => name));
  };
  assert.deepEqual(claims(false), [['owned'], ['orphan'], ['strayed']]);
  assert.deepEqual(claims(true), [['owned'], [], []]);
});

test('a status that a server wrote without its zeros is the same', () => {
  assert.equal(sameStatus({ replicas: 0, conditions: [] }, {}), true);
  assert.equal(sameStatus({ replicas: 1 }, {}), false);
});
