import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Node, PersistentVolume, PersistentVolumeClaim, StorageClass } from '@coxswain/api';
import fc from 'fast-check';
import { PodInfo } from '../cache/pod-info.ts';
import { SchedulerCache } from '../cache/scheduler-cache.ts';
import { Framework } from '../framework/framework.ts';
import { defaultPlugins } from '../plugins/default-plugins.ts';
import { SchedulerCore } from '../schedule-one.ts';
import { knownVolumes, makeClaim, makeNode, makePod, makeVolume, testHandle } from '../testing/index.ts';

const ZONES = ['a', 'b', 'c'] as const;
const LOCAL: StorageClass = {
  metadata: { name: 'local' },
  provisioner: 'kubernetes.io/no-provisioner',
  volumeBindingMode: 'WaitForFirstConsumer',
};
const size = fc.integer({ min: 1, max: 3 });
const clusterShape = fc.record({
  nodes: fc.array(fc.constantFrom(...ZONES), { minLength: 1, maxLength: 4 }),
  volumes: fc.array(fc.record({ zone: fc.option(fc.constantFrom(...ZONES), { nil: undefined }), size }), {
    maxLength: 5,
  }),
  claims: fc.array(fc.record({ size, once: fc.boolean() }), { minLength: 1, maxLength: 5 }),
  pods: fc.array(fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 3 }), { maxLength: 5 }),
});

const gigabytes = (text: string | undefined) => Number.parseInt(text ?? '0', 10);
const zoneOf = (volume: PersistentVolume) =>
  volume.spec.nodeAffinity?.required?.nodeSelectorTerms?.[0]?.matchExpressions?.[0]?.values?.[0];

/** Said once more from the documentation: every claim has a volume of its own that is big enough and reached by the node. */
function hasVolumes(
  claims: readonly PersistentVolumeClaim[],
  node: Node,
  volumes: readonly PersistentVolume[],
  owners: ReadonlyMap<string, string>,
): boolean {
  const [claim, ...others] = claims;
  if (!claim) return true;
  const { name } = claim.metadata;
  const mine = [...owners].find(([, owner]) => owner === name)?.[0];
  return volumes.some((volume) => {
    const free = mine === undefined ? !owners.has(volume.metadata.name) : volume.metadata.name === mine;
    const big = gigabytes(volume.spec.capacity?.['storage']) >= gigabytes(claim.spec.resources?.requests?.['storage']);
    const zone = zoneOf(volume);
    const near = zone === undefined || zone === node.metadata.labels?.['zone'];
    if (!free || !big || !near) return false;
    return hasVolumes(others, node, volumes, new Map([...owners, [volume.metadata.name, name]]));
  });
}

test('a pod goes where its claims find volumes, always when a node has them, and no volume is given twice', () => {
  fc.assert(
    fc.property(clusterShape, (shape) => {
      const nodes = shape.nodes.map((zone, i) => makeNode(`n${i}`, { labels: { zone } }));
      const claims = shape.claims.map((each, i) =>
        makeClaim(`c${i}`, { size: `${each.size}Gi`, modes: [each.once ? 'ReadWriteOncePod' : 'ReadWriteOnce'] }),
      );
      const modes = ['ReadWriteOnce', 'ReadWriteOncePod'];
      const volumes = shape.volumes.map((each, i) =>
        makeVolume(`v${i}`, { size: `${each.size}Gi`, modes, ...(each.zone ? { zone: each.zone } : {}) }),
      );
      const objects = knownVolumes({ claims, volumes, classes: [LOCAL] });
      const cache = new SchedulerCache();
      for (const node of nodes) cache.setNode(node);
      const framework = new Framework('default-scheduler', defaultPlugins, testHandle(objects));
      const core = new SchedulerCore({ frameworkOf: () => framework, cache });
      const owners = new Map<string, string>();
      const used = new Set<string>();
      for (const [i, wanted] of shape.pods.entries()) {
        const mine = wanted.flatMap((n) => claims[n] ?? []);
        if (mine.length === 0) continue;
        const names = mine.map(({ metadata }) => metadata.name);
        const volumesOfPod = names.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } }));
        const pod = makePod(`p${i}`, { spec: { volumes: volumesOfPod } });
        const single = mine.some(
          (each) => each.spec.accessModes?.includes('ReadWriteOncePod') && used.has(each.metadata.name),
        );
        const allowed = single
          ? []
          : nodes.filter((node) => hasVolumes(mine, node, volumes, owners)).map((node) => node.metadata.name);
        const decision = core.scheduleOne(new PodInfo(pod));
        if (decision.kind !== 'placed') {
          assert.deepEqual([decision.kind, allowed], ['unschedulable', []]);
          continue;
        }
        assert.ok(allowed.includes(decision.nodeName), `${decision.nodeName} is not among ${allowed}`);
        for (const name of names) used.add(name);
        for (const volume of objects.volumes.list()) {
          const owner = volume.spec.claimRef?.name;
          if (owner === undefined) continue;
          const before = owners.get(volume.metadata.name);
          assert.ok(before === undefined || before === owner, `${volume.metadata.name} was given twice`);
          owners.set(volume.metadata.name, owner);
        }
        for (const name of names) assert.ok([...owners.values()].includes(name), `${name} got no volume`);
      }
    }),
    { numRuns: 300 },
  );
});
