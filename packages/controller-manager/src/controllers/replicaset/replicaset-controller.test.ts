import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newForbidden, podKind, type ReplicaSet, replicaSetKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aDeployment, aPod, aReplicaSet, startControllers, startFakeKubelet } from '../../testing/index.ts';

function aSet(replicas: number): ReplicaSet {
  const set = aReplicaSet(aDeployment(), 'v1', { replicas, available: 0 });
  const { ownerReferences: _, ...metadata } = set.metadata;
  return { ...set, metadata: { ...metadata, name: 'web', uid: 'rs-uid' } };
}
const labels = { app: 'web', 'pod-template-hash': 'v1' };

test('adopts matching orphans, makes up the rest, releases what no longer matches', async (t) => {
  const client = new FakeApiClient();
  client.add(podKind, aPod({ name: 'orphan', labels }));
  const controllers = startControllers(client, ['replicaset']);
  const stop = startFakeKubelet(client);
  t.after(async () => {
    stop();
    await controllers.stop();
  });
  client.add(replicaSetKind, aSet(3));
  const ours = () => client.objects(podKind).filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === 'rs-uid');
  await eventually(() => assert.equal(client.object(replicaSetKind, 'default/web')?.status?.availableReplicas, 3));
  assert.equal(ours().length, 3);
  assert.ok(ours().some(({ metadata }) => metadata.name === 'orphan'));

  client.change(podKind, 'default/orphan', ({ metadata }) => {
    metadata.labels = { app: 'debug' };
  });
  await eventually(() => {
    assert.equal(ours().length, 3);
    assert.deepEqual(client.object(podKind, 'default/orphan')?.metadata.ownerReferences ?? [], []);
  });
});

test('a storm of events makes no pod too many: what was asked for is expected', async (t) => {
  const client = new FakeApiClient();
  const controllers = startControllers(client, ['replicaset']);
  t.after(() => controllers.stop());
  client.add(replicaSetKind, aSet(20));
  for (let i = 0; i < 50; i++) {
    client.change(replicaSetKind, 'default/web', ({ metadata }) => {
      metadata.annotations = { beat: String(i) };
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
  await eventually(() => assert.equal(client.object(replicaSetKind, 'default/web')?.status?.replicas, 20));
  const creates = client.writes().filter(({ verb, resource }) => verb === 'create' && resource === 'pods');
  assert.equal(creates.length, 20);
});

test('a refused creation shows as ReplicaFailure and costs few requests', async (t) => {
  const client = new FakeApiClient();
  const lift = client.react('create', 'pods', () => {
    throw newForbidden({ group: '', resource: 'pods' }, '', 'exceeded quota');
  });
  const controllers = startControllers(client, ['replicaset']);
  t.after(() => controllers.stop());
  client.add(replicaSetKind, aSet(100));
  await eventually(() => {
    const condition = client.object(replicaSetKind, 'default/web')?.status?.conditions?.[0];
    assert.equal(condition?.type, 'ReplicaFailure');
    assert.equal(condition?.reason, 'FailedCreate');
  });
  const tried = client.actions.filter(({ verb, resource }) => verb === 'create' && resource === 'pods').length;
  assert.ok(tried < 20, `${tried} tries`);
  lift();
  await eventually(() => assert.equal(client.object(replicaSetKind, 'default/web')?.status?.replicas, 100));
  await eventually(() => assert.deepEqual(client.object(replicaSetKind, 'default/web')?.status?.conditions ?? [], []));
});

test('a status that has observed a smaller size counts no pod that was given up for it', async (t) => {
  const client = new FakeApiClient();
  const controllers = startControllers(client, ['replicaset']);
  const stop = startFakeKubelet(client);
  t.after(async () => {
    stop();
    await controllers.stop();
  });
  client.add(replicaSetKind, aSet(5));
  await eventually(() => assert.equal(client.object(replicaSetKind, 'default/web')?.status?.availableReplicas, 5));
  const seen: number[] = [];
  client.react('update', 'replicasets/status', ({ body }) => {
    const { observedGeneration, availableReplicas = 0 } = (body as ReplicaSet).status ?? {};
    if (observedGeneration === 2) seen.push(availableReplicas);
  });
  await client
    .resource(replicaSetKind)
    .patch('web', { type: 'merge', body: { spec: { replicas: 2 } } }, { namespace: 'default' });
  await eventually(() => assert.deepEqual(seen.slice(0, 1), [2]));
});
