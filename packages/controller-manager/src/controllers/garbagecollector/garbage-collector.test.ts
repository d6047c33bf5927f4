import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  configMapKind,
  deploymentKind,
  eventKind,
  type KubeObject,
  type OwnerReferenceShape,
  podKind,
  replicaSetKind,
} from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aDeployment, aPod, aReplicaSet, startControllers } from '../../testing/index.ts';

const BLOCKING = { controller: true, blockOwnerDeletion: true };

/** Deployment web ← ReplicaSet web-v1 ← pods a and b, each held for no grace period. */
function family() {
  const client = new FakeApiClient();
  const deployment = aDeployment();
  const replicaSet = aReplicaSet(deployment, 'v1', { replicas: 2 });
  Object.assign(replicaSet.metadata.ownerReferences?.[0] ?? {}, BLOCKING);
  const owner = { kind: 'ReplicaSet', name: 'web-v1', uid: 'web-v1-uid' };
  const pods = ['a', 'b'].map((name) => aPod({ name, node: '', owner }));
  for (const { metadata } of pods) Object.assign(metadata.ownerReferences?.[0] ?? {}, BLOCKING);
  client.add(deploymentKind, deployment);
  client.add(replicaSetKind, replicaSet);
  client.add(podKind, ...pods, aPod({ name: 'stranger' }));
  const left = () =>
    [...client.objects(deploymentKind), ...client.objects(replicaSetKind), ...client.objects(podKind)]
      .map(({ metadata }) => metadata.name)
      .sort();
  return { client, left };
}

const remove = (client: FakeApiClient, propagationPolicy: 'Background' | 'Foreground' | 'Orphan') =>
  client.resource(deploymentKind).delete('web', { namespace: 'default', propagationPolicy });

test('background: dependents follow their owner, others stay', async (t) => {
  const { client, left } = family();
  const controllers = startControllers(client, ['garbagecollector']);
  t.after(() => controllers.stop());
  await remove(client, 'Background');
  await eventually(() => assert.deepEqual(left(), ['stranger']));
});

test('dependents whose owner went while nobody looked are found at start', async (t) => {
  const { client, left } = family();
  client.remove(deploymentKind, 'default/web');
  const controllers = startControllers(client, ['garbagecollector']);
  t.after(() => controllers.stop());
  await eventually(() => assert.deepEqual(left(), ['stranger']));
});

test('foreground: the owner goes last', async (t) => {
  const { client, left } = family();
  const controllers = startControllers(client, ['garbagecollector']);
  t.after(() => controllers.stop());
  let early = false;
  client.react('delete', 'pods', () => {
    early ||= client.object(deploymentKind, 'default/web') === undefined;
    return undefined;
  });
  await remove(client, 'Foreground');
  await eventually(() => assert.deepEqual(left(), ['stranger']));
  assert.equal(early, false);
});

test('orphan: the owner goes, its dependents stay without it', async (t) => {
  const { client, left } = family();
  const controllers = startControllers(client, ['garbagecollector']);
  t.after(() => controllers.stop());
  await remove(client, 'Orphan');
  await eventually(() => assert.deepEqual(left(), ['a', 'b', 'stranger', 'web-v1']));
  assert.deepEqual(client.object(replicaSetKind, 'default/web-v1')?.metadata.ownerReferences ?? [], []);
});

function configMap(
  name: string,
  ...ownerReferences: OwnerReferenceShape[]
): KubeObject & { data?: Record<string, string> } {
  return { metadata: { name, namespace: 'default', uid: `${name}-uid`, ownerReferences } };
}
const ownedBy = (name: string, uid = `${name}-uid`): OwnerReferenceShape => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name,
  uid,
});

test('one owner of two is enough to live; a recreated owner is another one', async (t) => {
  const client = new FakeApiClient();
  const add = (...objects: KubeObject[]) => client.add(configMapKind, ...(objects as never[]));
  add(
    configMap('one'),
    configMap('both', ownedBy('one'), ownedBy('gone')),
    configMap('orphaned', ownedBy('one', 'old-uid')),
  );
  const controllers = startControllers(client, ['garbagecollector']);
  t.after(() => controllers.stop());
  await eventually(() => {
    assert.deepEqual(
      client
        .objects(configMapKind)
        .map(({ metadata }) => metadata.name)
        .sort(),
      ['both', 'one'],
    );
    const owners = client.object(configMapKind, 'default/both')?.metadata.ownerReferences;
    assert.deepEqual(
      owners?.map(({ name }) => name),
      ['one'],
    );
  });
});

test('an owner in another namespace is none, and that is told', async (t) => {
  const client = new FakeApiClient();
  const elsewhere = { name: 'owner', namespace: 'other', uid: 'owner-uid' };
  client.add(configMapKind, { metadata: elsewhere });
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: 'owner-uid' }];
  client.add(configMapKind, { metadata: { name: 'child', namespace: 'default', uid: 'child', ownerReferences } });
  const controllers = startControllers(client, ['garbagecollector']);
  t.after(() => controllers.stop());
  await eventually(() => assert.equal(client.object(configMapKind, 'default/child'), undefined));
  await eventually(() => {
    const event = client.objects(eventKind).find(({ reason }) => reason === 'OwnerRefInvalidNamespace');
    assert.match(event?.message ?? '', /^ownerRef \[v1\/ConfigMap, .* does not exist in namespace "default"$/);
  });
});
