import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaseKind } from '@coxswain/api';
import { aborted, silentLogger } from '@coxswain/foundation';
import { eventually, FakeClock } from '@coxswain/foundation/testing';
import { FakeApiClient } from '../testing/index.ts';
import { runWithLeaderElection } from './run-with-leader-election.ts';

function setUp() {
  const clock = new FakeClock();
  const client = new FakeApiClient({ clock });
  const history: string[] = [];
  function candidate(identity: string) {
    const abort = new AbortController();
    const options = {
      client,
      namespace: 'kube-system',
      name: 'x',
      identity,
      leaseDurationMs: 15_000,
      renewDeadlineMs: 10_000,
      retryPeriodMs: 2_000,
      log: silentLogger(),
      clock,
      random: () => 0,
    };
    const ended = runWithLeaderElection(options, abort.signal, async (signal) => {
      history.push(`+${identity}`);
      await aborted(signal);
      history.push(`-${identity}`);
    });
    return { abort, ended };
  }
  return { clock, client, history, candidate };
}

test('one leads; on shutdown it releases and the other takes over at once', async () => {
  const { clock, client, history, candidate } = setUp();
  const a = candidate('a');
  await eventually(() => history.length === 1);
  const b = candidate('b');
  for (let i = 0; i < 20; i++) await clock.advance(2000);
  assert.deepEqual(history, ['+a']);
  a.abort.abort();
  await a.ended;
  await clock.advance(2000);
  await eventually(() => history.length === 3);
  assert.deepEqual(history, ['+a', '-a', '+b']);
  assert.equal(client.object(leaseKind, 'kube-system/x')?.spec.holderIdentity, 'b');
  assert.equal(client.object(leaseKind, 'kube-system/x')?.spec.leaseTransitions, 1);
  b.abort.abort();
  await b.ended;
});

test('a leader that cannot renew steps down within the deadline and stands again', async () => {
  const { clock, client, history, candidate } = setUp();
  const a = candidate('a');
  await eventually(() => history.length === 1);
  const heal = client.react('*', 'leases', () => {
    throw new Error('no server');
  });
  for (let i = 0; i < 4; i++) await clock.advance(2000);
  assert.deepEqual(history, ['+a']);
  await clock.advance(2000);
  await eventually(() => history.length === 2);
  heal();
  await clock.advance(2000);
  await eventually(() => history.length === 3);
  assert.deepEqual(history, ['+a', '-a', '+a']);
  a.abort.abort();
  await a.ended;
});

test('a dead leader is replaced after the lease duration, not before', async () => {
  const { clock, client, history, candidate } = setUp();
  client.add(leaseKind, {
    metadata: { name: 'x', namespace: 'kube-system' },
    spec: { holderIdentity: 'dead', leaseDurationSeconds: 15, renewTime: '2020-01-01T00:00:00.000000Z' },
  });
  const a = candidate('a');
  await eventually(() => clock.sleeping > 0);
  for (let i = 0; i < 7; i++) await clock.advance(2000);
  await clock.advance(999);
  assert.deepEqual(history, []);
  await clock.advance(1);
  await eventually(() => history.length === 1);
  a.abort.abort();
  await a.ended;
});
