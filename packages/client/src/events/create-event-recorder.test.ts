import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventKind, type Pod, podKind } from '@coxswain/api';
import { silentLogger } from '@coxswain/foundation';
import { eventually, FakeClock } from '@coxswain/foundation/testing';
import { ConnectionError } from '../rest/connection-error.ts';
import { FakeApiClient } from '../testing/index.ts';
import { createEventRecorder } from './create-event-recorder.ts';

function setUp() {
  const clock = new FakeClock();
  const client = new FakeApiClient({ clock });
  client.add(podKind, { metadata: { name: 'p', namespace: 'a' }, spec: { containers: [] } } as Pod);
  const recorder = createEventRecorder({ client, component: 'kubelet', host: 'n1', log: silentLogger(), clock });
  return { clock, client, recorder, pod: client.object(podKind, 'a/p') as Pod };
}

test('an event says what happened to what', async () => {
  const { client, recorder, pod } = setUp();
  recorder.event(pod, 'Normal', 'Started', 'Started container c');
  await eventually(() => client.objects(eventKind).length === 1);
  const event = client.objects(eventKind)[0];
  assert.match(event?.metadata.name ?? '', /^p\.[0-9a-f]{16}$/);
  assert.equal(event?.involvedObject.uid, pod.metadata.uid);
  assert.equal(event?.involvedObject.kind, 'Pod');
  assert.deepEqual(event?.source, { component: 'kubelet', host: 'n1' });
  assert.equal(event?.firstTimestamp, '2026-01-01T00:00:00Z');
});

test('the same event again raises the count; after ten minutes it is a new one', async () => {
  const { client, clock, recorder, pod } = setUp();
  recorder.event(pod, 'Warning', 'BackOff', 'Back-off');
  await eventually(() => client.objects(eventKind)[0]?.count === 1);
  await clock.advance(60_000);
  recorder.event(pod, 'Warning', 'BackOff', 'Back-off');
  await eventually(() => client.objects(eventKind)[0]?.count === 2);
  assert.equal(client.objects(eventKind)[0]?.lastTimestamp, '2026-01-01T00:01:00Z');
  assert.equal(client.objects(eventKind).length, 1);
  await clock.advance(11 * 60_000);
  recorder.event(pod, 'Warning', 'BackOff', 'Back-off');
  await eventually(() => client.objects(eventKind).length === 2);
});

test('many similar ones become one', async () => {
  const { client, recorder, pod } = setUp();
  for (let i = 0; i < 14; i++) recorder.event(pod, 'Warning', 'Odd', `message ${i}`);
  await eventually(() => client.objects(eventKind).reduce((sum, { count = 0 }) => sum + count, 0) === 14);
  assert.equal(client.objects(eventKind).length, 11);
  const combined = client.objects(eventKind).find(({ message }) => message?.startsWith('(combined'));
  assert.equal(combined?.message, '(combined from similar events): message 13');
  assert.equal(combined?.count, 4);
});

test('one object gives no more than 25 events at once', async () => {
  const { client, clock, recorder, pod } = setUp();
  for (let i = 0; i < 100; i++) recorder.event(pod, 'Normal', `Reason${i}`, 'x');
  await eventually(() => client.objects(eventKind).length === 25);
  await clock.advance(5 * 60_000);
  recorder.event(pod, 'Normal', 'Later', 'x');
  await eventually(() => client.objects(eventKind).length === 26);
});

test('a lost server is tried again; a vanished event is made again', async () => {
  const { client, clock, recorder, pod } = setUp();
  let failures = 3;
  client.react('create', 'events', () => {
    if (failures-- > 0) throw new ConnectionError('https://x', 'POST', new Error('refused'));
  });
  recorder.event(pod, 'Normal', 'Started', 'x');
  await eventually(async () => {
    await clock.advance(1000);
    return client.objects(eventKind).length === 1;
  });
  const name = client.objects(eventKind)[0]?.metadata.name;
  client.remove(eventKind, `a/${name}`);
  recorder.event(pod, 'Normal', 'Started', 'x');
  await eventually(() => client.objects(eventKind)[0]?.count === 2);
});
