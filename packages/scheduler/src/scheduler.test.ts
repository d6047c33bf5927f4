import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  eventKind,
  type Node,
  newConflict,
  nodeKind,
  type Pod,
  podKind,
  type ReplicaSet,
  replicaSetKind,
} from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { silentLogger } from '@coxswain/foundation';
import { eventually, FakeClock } from '@coxswain/foundation/testing';
import { schedule } from './scheduler.ts';
import { makeNode, makePod } from './testing/index.ts';

async function withScheduler(
  objects: { nodes?: Node[]; pods?: Pod[]; replicaSets?: ReplicaSet[] },
  check: (client: FakeApiClient, clock: FakeClock) => Promise<void>,
): Promise<void> {
  const clock = new FakeClock();
  const client = new FakeApiClient({ clock });
  client.add(nodeKind, ...(objects.nodes ?? []));
  client.add(podKind, ...(objects.pods ?? []));
  client.add(replicaSetKind, ...(objects.replicaSets ?? []));
  const abort = new AbortController();
  const running = schedule({ client, log: silentLogger(), clock }, abort.signal);
  try {
    await check(client, clock);
  } finally {
    abort.abort();
    await running;
  }
}

const nodeOf = (client: FakeApiClient, name: string) => client.object(podKind, `default/${name}`)?.spec.nodeName;
const eventOf = (client: FakeApiClient, reason: string) =>
  client.objects(eventKind).find((event) => event.reason === reason);

test('binds a pod and says so', async () => {
  await withScheduler({ nodes: [makeNode('n1')], pods: [makePod('p')] }, async (client) => {
    await eventually(() => nodeOf(client, 'p') === 'n1');
    await eventually(() => eventOf(client, 'Scheduled') !== undefined);
    assert.equal(eventOf(client, 'Scheduled')?.message, 'Successfully assigned default/p to n1');
    assert.equal(eventOf(client, 'Scheduled')?.source?.component, 'default-scheduler');
  });
});

test('says why a pod fits nowhere, and binds it once there is room', async () => {
  const nodes = [
    makeNode('n1', { allocatable: { cpu: '1' } }),
    makeNode('n2', { spec: { taints: [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }] } }),
  ];
  const running = makePod('running', { requests: { cpu: '600m' }, spec: { nodeName: 'n1' } });
  const pods = [running, makePod('p', { requests: { cpu: '500m' } })];
  await withScheduler({ nodes, pods }, async (client, clock) => {
    await eventually(() => eventOf(client, 'FailedScheduling') !== undefined);
    const message =
      '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s). ' +
      'preemption: 0/2 nodes are available: ' +
      '1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.';
    assert.equal(eventOf(client, 'FailedScheduling')?.message, message);
    await eventually(() => client.object(podKind, 'default/p')?.status?.conditions?.length === 1);
    const condition = client.object(podKind, 'default/p')?.status?.conditions?.[0];
    assert.deepEqual(
      [condition?.type, condition?.status, condition?.reason, condition?.message],
      ['PodScheduled', 'False', 'Unschedulable', message],
    );
    client.remove(podKind, 'default/running');
    await eventually(async () => {
      await clock.advance(100);
      return nodeOf(client, 'p') === 'n1';
    });
  });
});

test('without nodes it waits for one', async () => {
  await withScheduler({ pods: [makePod('p')] }, async (client, clock) => {
    await eventually(() => eventOf(client, 'FailedScheduling') !== undefined);
    assert.equal(eventOf(client, 'FailedScheduling')?.message, 'no nodes available to schedule pods');
    client.add(nodeKind, makeNode('n1'));
    await eventually(async () => {
      await clock.advance(100);
      return nodeOf(client, 'p') === 'n1';
    });
  });
});

test('three replicas spread over two nodes', async () => {
  const labels = { app: 'web' };
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'rs', controller: true }];
  const pods = ['a', 'b', 'c', 'd'].map((name) => {
    const pod = makePod(name, { labels, requests: { cpu: '10m' } });
    return { ...pod, metadata: { ...pod.metadata, ownerReferences } };
  });
  const replicaSets = [
    {
      metadata: { name: 'web', namespace: 'default', uid: 'rs' },
      spec: { selector: { matchLabels: labels } },
    } as unknown as ReplicaSet,
  ];
  const big = makePod('big', { requests: { cpu: '2', memory: '4Gi' }, spec: { nodeName: 'n1' } });
  await withScheduler(
    { nodes: [makeNode('n1'), makeNode('n2')], pods: [big, ...pods], replicaSets },
    async (client) => {
      await eventually(() => ['a', 'b', 'c', 'd'].every((name) => nodeOf(client, name)));
      const onFirst = ['a', 'b', 'c', 'd'].filter((name) => nodeOf(client, name) === 'n1');
      assert.equal(onFirst.length, 2);
    },
  );
});

test('never puts more on a node than fits, counting what is already assigned', async () => {
  const nodes = [makeNode('n1', { allocatable: { cpu: '2' } }), makeNode('n2', { allocatable: { cpu: '2' } })];
  const assigned = makePod('old', { requests: { cpu: '1' }, spec: { nodeName: 'n1' } });
  const pods = Array.from({ length: 20 }, (_, i) => makePod(`p${i}`, { requests: { cpu: '300m' } }));
  await withScheduler({ nodes, pods: [assigned, ...pods] }, async (client) => {
    const bound = () => client.objects(podKind).filter(({ spec }) => spec.nodeName);
    await eventually(() => client.objects(podKind).every(({ spec, status }) => spec.nodeName || status?.conditions));
    const on = (node: string) => bound().filter(({ spec }) => spec.nodeName === node).length;
    assert.deepEqual([on('n1'), on('n2')], [1 + 3, 6]);
  });
});

test('a failed binding gives the room back and is tried again', async () => {
  await withScheduler({ nodes: [makeNode('n1', { allocatable: { pods: '1' } })] }, async (client, clock) => {
    let failures = 1;
    client.react('create', 'pods/binding', () => {
      if (failures-- > 0) throw newConflict({ group: '', resource: 'pods/binding' }, 'p');
    });
    client.add(podKind, makePod('p'));
    await eventually(() => failures === 0);
    await eventually(async () => {
      await clock.advance(100);
      return nodeOf(client, 'p') === 'n1';
    });
    assert.equal(eventOf(client, 'FailedScheduling')?.type, 'Warning');
  });
});

test('leaves alone pods of other schedulers, gated ones and those on their way out', async () => {
  const pods = [
    makePod('other', { spec: { schedulerName: 'mine' } }),
    makePod('gated', { spec: { schedulingGates: [{ name: 'example.com/wait' }] } }),
    makePod('last'),
  ];
  const leaving = makePod('leaving');
  leaving.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
  await withScheduler({ nodes: [makeNode('n1')], pods: [leaving, ...pods] }, async (client) => {
    await eventually(() => nodeOf(client, 'last') === 'n1');
    for (const name of ['other', 'gated', 'leaving']) assert.equal(nodeOf(client, name), undefined, name);
    client.change(podKind, 'default/gated', (pod) => {
      pod.spec.schedulingGates = [];
    });
    await eventually(() => nodeOf(client, 'gated') === 'n1');
  });
});

test('higher priority goes first', async () => {
  const nodes = [makeNode('n1', { allocatable: { pods: '1' } })];
  const pods = [makePod('low', { spec: { priority: 1 } }), makePod('high', { spec: { priority: 10 } })];
  await withScheduler({ nodes, pods }, async (client) => {
    await eventually(() => nodeOf(client, 'high') === 'n1');
    assert.equal(nodeOf(client, 'low'), undefined);
  });
});

test('a pod of high priority makes room for itself', async () => {
  const nodes = [makeNode('n1', { allocatable: { cpu: '1' } })];
  const low = makePod('low', { requests: { cpu: '1' }, spec: { priority: 1, nodeName: 'n1' } });
  const high = makePod('high', { requests: { cpu: '1' }, spec: { priority: 10 } });
  await withScheduler({ nodes, pods: [low, high] }, async (client, clock) => {
    await eventually(() => client.object(podKind, 'default/high')?.status?.nominatedNodeName === 'n1');
    await eventually(() => eventOf(client, 'Preempted') !== undefined);
    assert.equal(eventOf(client, 'Preempted')?.message, 'Preempted by pod uid-high on node n1');
    await eventually(() => eventOf(client, 'FailedScheduling') !== undefined);
    assert.equal(eventOf(client, 'FailedScheduling')?.message, '0/1 nodes are available: 1 Insufficient cpu.');
    const leaving = client.object(podKind, 'default/low');
    assert.ok(leaving?.metadata.deletionTimestamp);
    assert.equal(leaving.status?.conditions?.[0]?.reason, 'PreemptionByScheduler');
    client.remove(podKind, 'default/low');
    await eventually(async () => {
      await clock.advance(100);
      return nodeOf(client, 'high') === 'n1';
    });
  });
});
