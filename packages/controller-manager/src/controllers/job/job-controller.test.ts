import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventKind, jobKind, podKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aJob, startControllers } from '../../testing/index.ts';
import { isTracked } from './job-pod.ts';

/** Every pod succeeds after a moment; deleted ones go. */
function startFinisher(client: FakeApiClient): () => void {
  const timer = setInterval(() => {
    for (const pod of client.objects(podKind))
      if (pod.status?.phase === 'Pending')
        client.change(podKind, `default/${pod.metadata.name}`, (next) => {
          next.status = { phase: 'Succeeded' };
        });
  }, 3);
  return () => clearInterval(timer);
}

test('30 completions, 7 at a time, none lost and none twice, across restarts of the controller', async (t) => {
  const client = new FakeApiClient();
  const stop = startFinisher(client);
  let controllers = startControllers(client, ['job']);
  t.after(async () => {
    stop();
    await controllers.stop();
  });
  client.add(jobKind, aJob({ completions: 30, parallelism: 7, completionMode: 'Indexed' }));
  const status = () => client.object(jobKind, 'default/work')?.status;
  for (const least of [3, 10, 20]) {
    await eventually(() => assert.ok((status()?.succeeded ?? 0) >= least));
    await controllers.stop();
    controllers = startControllers(client, ['job']);
  }
  await eventually(() => assert.equal(status()?.conditions?.at(-1)?.type, 'Complete'));
  assert.deepEqual([status()?.succeeded, status()?.failed ?? 0, status()?.completedIndexes], [30, 0, '0-29']);
  assert.equal(client.objects(podKind).length, 30);
  await eventually(() => assert.equal(client.objects(podKind).filter(isTracked).length, 0));
  await eventually(() =>
    assert.ok(
      client.objects(eventKind).some(({ reason, message }) => reason === 'Completed' && message === 'Job completed'),
    ),
  );
});

test('a job past its deadline fails, and its pods go', async (t) => {
  const client = new FakeApiClient();
  const controllers = startControllers(client, ['job']);
  t.after(() => controllers.stop());
  // A job's start is told in whole seconds: of one second, next to nothing may be left for its pods to come.
  client.add(jobKind, aJob({ completions: 2, parallelism: 2, activeDeadlineSeconds: 2 }));
  await eventually(() => assert.equal(client.objects(podKind).length, 2));
  const conditions = () => client.object(jobKind, 'default/work')?.status?.conditions ?? [];
  await eventually(() =>
    assert.deepEqual(
      conditions().map(({ type }) => type),
      ['FailureTarget', 'Failed'],
    ),
  );
  assert.equal(conditions()[1]?.reason, 'DeadlineExceeded');
  assert.equal(client.objects(podKind).length, 0);
});

test('pods of a job that is gone are let go', async (t) => {
  const client = new FakeApiClient();
  const controllers = startControllers(client, ['job']);
  t.after(() => controllers.stop());
  client.add(jobKind, aJob());
  await eventually(() => assert.equal(client.objects(podKind).length, 1));
  client.remove(jobKind, 'default/work');
  await eventually(() => assert.equal(client.objects(podKind).filter(isTracked).length, 0));
});
