import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  nodeKind,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  podKind,
  type StorageClass,
  storageClassKind,
} from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { silentLogger } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { schedule } from '../../scheduler.ts';
import { makeClaim, makeNode, makePod, makeVolume } from '../../testing/index.ts';

const LOCAL: StorageClass = {
  metadata: { name: 'local' },
  provisioner: 'kubernetes.io/no-provisioner',
  volumeBindingMode: 'WaitForFirstConsumer',
};
const MADE: StorageClass = { ...LOCAL, metadata: { name: 'made' }, provisioner: 'disk.example.com' };

async function withScheduler(check: (client: FakeApiClient) => Promise<void>): Promise<void> {
  const client = new FakeApiClient();
  client.add(storageClassKind, LOCAL, MADE);
  client.add(nodeKind, makeNode('n1', { labels: { zone: 'a' } }), makeNode('n2', { labels: { zone: 'b' } }));
  const abort = new AbortController();
  const running = schedule({ client, log: silentLogger() }, abort.signal);
  try {
    await check(client);
  } finally {
    abort.abort();
    await running;
  }
}

const user = (name: string, claimName: string) =>
  makePod(name, { spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }] } });

/** What the volume controller does of a binding. */
function completeBinding(client: FakeApiClient, claim: string, volume: string): void {
  client.change(persistentVolumeClaimKind, `default/${claim}`, (object) => {
    object.spec.volumeName = volume;
    object.metadata.annotations = { ...object.metadata.annotations, 'pv.kubernetes.io/bind-completed': 'yes' };
    object.status = { phase: 'Bound' };
  });
}

const nodeOf = (client: FakeApiClient, name: string) => client.object(podKind, `default/${name}`)?.spec.nodeName;

test('sets a volume apart, waits until it is bound, and only then binds the pod; others go on meanwhile', async () => {
  await withScheduler(async (client) => {
    client.add(persistentVolumeKind, makeVolume('v1', { zone: 'b' }));
    client.add(persistentVolumeClaimKind, makeClaim('c'), makeClaim('d'));
    client.add(podKind, user('p', 'c'));
    await eventually(() => {
      const { spec, metadata } = client.object(persistentVolumeKind, 'v1') ?? makeVolume('');
      assert.equal(spec.claimRef?.name, 'c');
      assert.equal(spec.claimRef?.uid, client.object(persistentVolumeClaimKind, 'default/c')?.metadata.uid);
      assert.equal(metadata.annotations?.['pv.kubernetes.io/bound-by-controller'], 'yes');
    });
    client.add(podKind, user('q', 'd'), makePod('plain'));
    await eventually(() => nodeOf(client, 'plain') !== undefined);
    assert.equal(nodeOf(client, 'p'), undefined);
    await eventually(() => {
      const { conditions = [] } = client.object(podKind, 'default/q')?.status ?? {};
      assert.equal(
        conditions.find(({ type }) => type === 'PodScheduled')?.message?.split(' preemption')[0],
        "0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind.",
      );
    });
    completeBinding(client, 'c', 'v1');
    await eventually(() => nodeOf(client, 'p') === 'n2');
    client.add(persistentVolumeKind, makeVolume('v2', { zone: 'a' }));
    await eventually(() => client.object(persistentVolumeKind, 'v2')?.spec.claimRef?.name === 'd');
    completeBinding(client, 'd', 'v2');
    await eventually(() => nodeOf(client, 'q') === 'n1');
  });
});

test('asks a provisioner by writing the chosen node on the claim', async () => {
  await withScheduler(async (client) => {
    client.add(persistentVolumeClaimKind, makeClaim('c', { class: 'made' }));
    client.add(podKind, user('p', 'c'));
    const chosen = () =>
      client.object(persistentVolumeClaimKind, 'default/c')?.metadata.annotations?.[
        'volume.kubernetes.io/selected-node'
      ];
    await eventually(() => chosen() !== undefined);
    client.add(persistentVolumeKind, makeVolume('made', { class: 'made' }));
    completeBinding(client, 'c', 'made');
    await eventually(() => nodeOf(client, 'p') !== undefined);
    assert.equal(nodeOf(client, 'p'), chosen());
  });
});
