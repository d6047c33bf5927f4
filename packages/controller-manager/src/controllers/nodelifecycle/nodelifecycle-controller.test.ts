import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaseKind, nodeKind, podKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually, FakeClock } from '@coxswain/foundation/testing';
import { aNode, aPod, startControllers } from '../../testing/index.ts';

const lease = (name: string, beat: number) => ({
  metadata: { name, namespace: 'kube-node-lease' },
  spec: { holderIdentity: name, renewTime: new Date(beat).toISOString() },
});
const tolerations = [
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 },
];

async function cluster() {
  const clock = new FakeClock();
  const client = new FakeApiClient({ clock });
  client.add(nodeKind, aNode('dead'), aNode('alive'));
  client.add(leaseKind, lease('dead', 0), lease('alive', 0));
  client.add(
    podKind,
    aPod({ name: 'victim', node: 'dead', spec: { tolerations } }),
    aPod({ name: 'other', node: 'alive' }),
  );
  const controllers = startControllers(client, ['nodelifecycle', 'tainteviction', 'podgc'], { clock });
  const seconds = async (count: number, { deadToo = false } = {}) => {
    for (let i = 0; i < count; i++) {
      for (const name of deadToo ? ['alive', 'dead'] : ['alive'])
        client.change(leaseKind, `kube-node-lease/${name}`, ({ spec }) => {
          spec.renewTime = new Date(clock.now()).toISOString();
        });
      await clock.advance(1000);
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const ready = (name: string) =>
    client.object(nodeKind, name)?.status?.conditions?.find(({ type }) => type === 'Ready');
  const taints = (name: string) =>
    (client.object(nodeKind, name)?.spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);
  const pod = (name: string) => client.object(podKind, `default/${name}`);
  await eventually(() => assert.ok(clock.sleeping >= 3));
  return { clock, client, controllers, seconds, ready, taints, pod };
}

test('a node that falls silent is marked, its pods are not ready and leave after the tolerated time', async (t) => {
  const { client, controllers, seconds, ready, taints, pod } = await cluster();
  t.after(() => controllers.stop());
  await seconds(38);
  assert.equal(ready('dead')?.status, 'True');
  await seconds(4);
  assert.deepEqual([ready('dead')?.status, ready('dead')?.reason], ['Unknown', 'NodeStatusUnknown']);
  assert.deepEqual(taints('dead'), [
    'node.kubernetes.io/unreachable:NoSchedule',
    'node.kubernetes.io/unreachable:NoExecute',
  ]);
  assert.equal(pod('victim')?.status?.conditions?.[0]?.status, 'False');
  assert.equal(pod('victim')?.metadata.deletionTimestamp, undefined);
  assert.equal(ready('alive')?.status, 'True');
  assert.deepEqual(taints('alive'), []);

  await seconds(32);
  assert.notEqual(pod('victim')?.metadata.deletionTimestamp, undefined);
  const disruption = pod('victim')?.status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  assert.equal(disruption?.reason, 'DeletionByTaintManager');
  assert.equal(pod('other')?.metadata.deletionTimestamp, undefined);

  client.remove(nodeKind, 'dead');
  await seconds(30);
  assert.notEqual(pod('victim'), undefined);
  await seconds(35);
  assert.equal(pod('victim'), undefined);
  assert.notEqual(pod('other'), undefined);
});

test('a node that comes back in time keeps its pods', async (t) => {
  const { client, controllers, seconds, taints, pod } = await cluster();
  t.after(() => controllers.stop());
  await seconds(45);
  assert.equal(taints('dead').length, 2);
  client.change(nodeKind, 'dead', ({ status }) => {
    const at = new Date().toISOString();
    if (status) status.conditions = [{ type: 'Ready', status: 'True', lastHeartbeatTime: at }];
  });
  await seconds(60, { deadToo: true });
  assert.deepEqual(taints('dead'), []);
  assert.equal(pod('victim')?.metadata.deletionTimestamp, undefined);
});
