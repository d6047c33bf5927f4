import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cronJobKind, eventKind, jobKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aCronJob, startControllers } from '../../testing/index.ts';

test('starts a job when due, once; keeps its history', async (t) => {
  const client = new FakeApiClient();
  const controllers = startControllers(client, ['cronjob']);
  t.after(() => controllers.stop());
  // The last one is an hour ago: exactly one is made up for.
  const hourAgo = new Date(Date.now() - 3_600_000);
  const cronJob = aCronJob({ schedule: '@hourly', concurrencyPolicy: 'Forbid', successfulJobsHistoryLimit: 0 });
  client.add(cronJobKind, {
    ...cronJob,
    metadata: { ...cronJob.metadata, creationTimestamp: hourAgo.toISOString() },
  });
  await eventually(() => assert.equal(client.objects(jobKind).length, 1));
  const [job] = client.objects(jobKind);
  const hour = Math.floor(Date.now() / 3_600_000) * 60;
  assert.equal(job?.metadata.name, `tick-${hour}`);
  assert.equal(job?.metadata.ownerReferences?.[0]?.kind, 'CronJob');
  assert.ok(job?.metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp']);
  const status = () => client.object(cronJobKind, 'default/tick')?.status;
  await eventually(() =>
    assert.deepEqual(
      status()?.active?.map(({ name }) => name),
      [job?.metadata.name],
    ),
  );
  assert.equal(Date.parse(status()?.lastScheduleTime ?? ''), hour * 60_000);

  client.change(jobKind, `default/${job?.metadata.name}`, (next) => {
    next.status = { conditions: [{ type: 'Complete', status: 'True' }], completionTime: '2026-01-01T10:00:00Z' };
  });
  await eventually(() => {
    assert.equal(status()?.active, undefined);
    assert.equal(status()?.lastSuccessfulTime, '2026-01-01T10:00:00Z');
    assert.equal(client.objects(jobKind).length, 0);
  });
  await eventually(() => {
    const reasons = client.objects(eventKind).map(({ reason }) => reason);
    for (const reason of ['SuccessfulCreate', 'SawCompletedJob', 'SuccessfulDelete'])
      assert.ok(reasons.includes(reason));
  });
});
