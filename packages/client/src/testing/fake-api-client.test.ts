import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConfigMap, configMapKind, isConflict, isGone, isNotFound, type Pod, podKind } from '@coxswain/api';
import { FakeApiClient } from './index.ts';

function pod(name: string, more: Partial<Pod['spec']> = {}): Pod {
  return { metadata: { name, namespace: 'a' }, spec: { containers: [{ name: 'c', image: 'i' }], ...more } };
}

test('create, get, update, conflict, delete', async () => {
  const client = new FakeApiClient();
  const maps = client.resource(configMapKind);
  const made = await maps.create({ metadata: { name: 'm', namespace: 'a' }, data: { k: '1' } } as ConfigMap);
  assert.ok(made.metadata.uid);
  assert.equal(made.metadata.generation, configMapKind.hasGeneration === false ? undefined : 1);
  made.data = { k: '2' };
  const changed = await maps.update(made);
  assert.notEqual(changed.metadata.resourceVersion, made.metadata.resourceVersion);
  await assert.rejects(maps.update({ ...made, data: { k: '3' } }), isConflict);
  await maps.delete('m', { namespace: 'a' });
  await assert.rejects(maps.get('m', { namespace: 'a' }), isNotFound);
});

test('status and spec are written apart', async () => {
  const client = new FakeApiClient();
  const pods = client.resource(podKind);
  const made = await pods.create(pod('p'));
  const written = await pods.updateStatus({
    ...made,
    spec: { ...made.spec, nodeName: 'x' },
    status: { phase: 'Running' },
  });
  assert.equal(written.spec.nodeName, undefined);
  assert.equal(written.status?.phase, 'Running');
  const patched = await pods.patch(
    'p',
    { type: 'strategic', body: { status: { conditions: [{ type: 'Ready', status: 'True' }] } } },
    { namespace: 'a', subresource: 'status' },
  );
  assert.equal(patched.status?.conditions?.length, 1);
  assert.equal(patched.status?.phase, 'Running');
});

test('strategic merge patch goes by merge key', async () => {
  const client = new FakeApiClient();
  client.add(podKind, pod('p'));
  const body = { spec: { containers: [{ name: 'c', image: 'j' }, { name: 'd' }] } };
  const patched = await client.resource(podKind).patch('p', { type: 'strategic', body }, { namespace: 'a' });
  assert.deepEqual(patched.spec.containers.map(({ name, image }) => [name, image]).sort(), [
    ['c', 'j'],
    ['d', undefined],
  ]);
});

test('binding sets the node once; a bound pod goes gracefully', async () => {
  const client = new FakeApiClient();
  client.add(podKind, pod('p'));
  const pods = client.resource(podKind);
  const binding = { metadata: { name: 'p', namespace: 'a' }, target: { kind: 'Node', name: 'n1' } };
  await pods.createSubresource('p', 'binding', binding, { namespace: 'a' });
  assert.equal(client.object(podKind, 'a/p')?.spec.nodeName, 'n1');
  await assert.rejects(pods.createSubresource('p', 'binding', binding, { namespace: 'a' }), isConflict);
  await pods.delete('p', { namespace: 'a' });
  assert.equal(client.object(podKind, 'a/p')?.metadata.deletionGracePeriodSeconds, 30);
  await pods.delete('p', { namespace: 'a', gracePeriodSeconds: 0 });
  assert.equal(client.object(podKind, 'a/p'), undefined);
});

test('finalizers hold an object until they are gone', async () => {
  const client = new FakeApiClient();
  const maps = client.resource(configMapKind);
  client.add(configMapKind, { metadata: { name: 'm', namespace: 'a', finalizers: ['x/y'] } } as ConfigMap);
  await maps.delete('m', { namespace: 'a' });
  const held = await maps.get('m', { namespace: 'a' });
  assert.ok(held.metadata.deletionTimestamp);
  await maps.update({ ...held, metadata: { ...held.metadata, finalizers: [] } });
  assert.equal(client.objects(configMapKind).length, 0);
});

test('watch replays, follows and honours selectors', async () => {
  const client = new FakeApiClient();
  client.add(podKind, pod('p'));
  const pods = client.resource(podKind);
  const { resourceVersion } = await pods.list();
  client.change(podKind, 'a/p', (object) => {
    object.metadata.labels = { app: 'x' };
  });
  const events: string[] = [];
  const abort = new AbortController();
  const seen = (async () => {
    for await (const event of pods.watch({ resourceVersion, labelSelector: 'app=x', signal: abort.signal })) {
      events.push(event.type);
      if (events.length === 2) return;
    }
  })();
  client.change(podKind, 'a/p', (object) => {
    object.metadata.labels = { app: 'y' };
  });
  await seen;
  assert.deepEqual(events, ['ADDED', 'DELETED']);
  client.store.compact();
  await assert.rejects(async () => {
    for await (const _ of pods.watch({ resourceVersion: '1' }));
  }, isGone);
});

test('reactors fail or answer requests; actions are recorded', async () => {
  const client = new FakeApiClient();
  client.add(podKind, pod('p'));
  const stop = client.react('get', 'pods', () => {
    throw new Error('no');
  });
  await assert.rejects(client.resource(podKind).get('p', { namespace: 'a' }), /no/);
  stop();
  await client.resource(podKind).get('p', { namespace: 'a' });
  assert.deepEqual(
    client.actions.map(({ verb, resource, name }) => `${verb} ${resource} ${name}`),
    ['get pods p', 'get pods p'],
  );
});
