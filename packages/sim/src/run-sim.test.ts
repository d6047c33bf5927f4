import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { configMapKind, leaseKind, nodeKind, type Pod, podKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { silentLogger } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { runSim } from './run-sim.ts';
import type { SimOptions } from './sim-options.ts';

const NODES = 5;

const OPTIONS: Omit<SimOptions, 'rootDir'> = {
  kubeconfig: '',
  nodes: NODES,
  namePrefix: 'hollow-node-',
  zones: 3,
  nodeLabels: { pool: 'hollow' },
  maxPods: 110,
  cpus: 4,
  memory: 2 ** 35,
  eventQps: 0,
  eventBurst: 5,
  startRate: 1000,
  healthzPort: 0,
  logLevel: 'silent',
};

function pod(i: number): Pod {
  return {
    metadata: { name: `p${i}`, namespace: 'default' },
    spec: {
      nodeName: `hollow-node-${i % NODES}`,
      containers: [{ name: 'main', image: 'busybox:1.36', envFrom: [{ configMapRef: { name: 'settings' } }] }],
    },
  };
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}

test('hollow nodes register, run pods, share watches, and let pods go', async () => {
  const rootDir = await mkdtemp(join(tmpdir(), 'sim-'));
  const client = new FakeApiClient();
  client.add(configMapKind, { metadata: { name: 'settings', namespace: 'default' }, data: { COLOR: 'blue' } });
  const stop = new AbortController();
  const running = runSim({ ...OPTIONS, rootDir }, { client, log: silentLogger() }, stop.signal);
  try {
    await eventually(() => {
      const nodes = client.objects(nodeKind);
      assert.equal(nodes.length, NODES);
      for (const { status } of nodes)
        assert.ok(status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'));
      assert.equal(client.objects(leaseKind).length, NODES);
    });
    assert.deepEqual(
      client.object(nodeKind, 'hollow-node-4')?.metadata.labels?.['topology.kubernetes.io/zone'],
      'zone-1',
    );

    assert.deepEqual(
      client.object(nodeKind, 'hollow-node-4')?.spec,
      { podCIDR: '10.129.4.0/24', podCIDRs: ['10.129.4.0/24'] },
      "a range of its own, not one of the cluster's",
    );

    client.add(podKind, ...Array.from({ length: 3 * NODES }, (_, i) => pod(i)));
    await eventually(() => assert.ok(client.objects(podKind).every(isReady)));
    const ips = new Set(client.objects(podKind).map(({ status }) => status?.podIP));
    assert.equal(ips.size, 3 * NODES, 'each pod has an address of its own');

    const watched = client.actions.filter(({ verb }) => verb === 'watch').map(({ resource }) => resource);
    assert.deepEqual(watched.sort(), ['configmaps', 'pods', 'services'], 'one watch a kind, not one a node');

    for (const { metadata } of client.objects(podKind))
      await client.resource(podKind).delete(metadata.name, { namespace: 'default' });
    await eventually(() => assert.deepEqual(client.objects(podKind), []));
    await eventually(async () =>
      assert.deepEqual(await readdir(join(rootDir, 'hollow-node-0/pods')), [], 'nothing is left of the pods'),
    );
  } finally {
    stop.abort();
    await running;
    await rm(rootDir, { recursive: true, force: true });
  }
});
