import assert from 'node:assert/strict';
import { it } from 'node:test';
import { newServiceUnavailable, podKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { silentLogger, systemClock } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { buildPod } from '../testing/build-pod.ts';
import { StatusManager } from './status-manager.ts';

function setUp(metadata: object = {}) {
  const client = new FakeApiClient();
  client.add(podKind, buildPod('p', {}, { uid: 'u', ...metadata }));
  const manager = new StatusManager({ client, clock: systemClock, log: silentLogger() }, new AbortController().signal);
  const pod = client.object(podKind, 'default/p')!;
  const status = () => client.object(podKind, 'default/p')?.status;
  return { client, manager, pod, status };
}

it('writes the newest status and nothing twice', async () => {
  const { client, manager, pod, status } = setUp();
  manager.set(pod, { phase: 'Pending', hostIP: '1' });
  manager.set(pod, { phase: 'Running', hostIP: '1' });
  await eventually(() => assert.equal(status()?.phase, 'Running'));
  const writes = client.writes().length;
  manager.set(pod, { phase: 'Running', hostIP: '1' });
  manager.observe(client.object(podKind, 'default/p')!);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(client.writes().length, writes);
});

it('puts right what someone else wrote', async () => {
  const { client, manager, pod, status } = setUp();
  manager.set(pod, { phase: 'Running' });
  await eventually(() => assert.equal(status()?.phase, 'Running'));
  client.change(podKind, 'default/p', (each) => {
    each.status = { ...each.status, phase: 'Pending' };
  });
  manager.observe(client.object(podKind, 'default/p')!);
  await eventually(() => assert.equal(status()?.phase, 'Running'));
});

it('tries again while the apiserver is away', async () => {
  const { client, manager, pod, status } = setUp();
  let failures = 0;
  const heal = client.react('patch', 'pods/status', () => {
    failures++;
    throw newServiceUnavailable('away');
  });
  manager.set(pod, { phase: 'Running' });
  await eventually(() => failures >= 1);
  heal();
  await eventually(() => assert.equal(status()?.phase, 'Running'));
});

it('takes a finished pod out of the API only when it is being deleted', async () => {
  const kept = setUp();
  kept.manager.finish(kept.pod);
  const { client, manager, pod } = setUp({ deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 30 });
  manager.set(pod, { phase: 'Failed' });
  manager.finish(pod);
  await eventually(() => assert.equal(client.object(podKind, 'default/p'), undefined));
  assert.notEqual(kept.client.object(podKind, 'default/p'), undefined);
});

it('leaves another pod of the same name alone', async () => {
  const { client, manager, pod } = setUp();
  client.remove(podKind, 'default/p');
  client.add(podKind, buildPod('p', {}, { uid: 'other' }));
  manager.set(pod, { phase: 'Failed' });
  manager.finish({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(client.object(podKind, 'default/p')?.metadata.uid, 'other');
  assert.equal(client.object(podKind, 'default/p')?.status?.phase, 'Pending');
});
