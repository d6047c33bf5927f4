import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FakeRuntime, loopbackClient } from '@coxswain/cri/testing';
import { createMetrics } from '@coxswain/foundation';
import { optionsFromFlags } from '../config/options-from-flags.ts';
import { CONTAINER_NAME_LABEL, POD_NAME_LABEL, POD_NAMESPACE_LABEL, POD_UID_LABEL } from '../container/names.ts';
import type { MachineInfo } from '../node/machine-info.ts';
import type { RoutedRequest } from '../server/route.ts';
import type { DiskUsage } from './disk-usage.ts';
import { toObservations } from './node-stats.ts';
import { statsRoutes } from './stats-routes.ts';

const GIB = 2 ** 30;
const fs = { capacity: 100, available: 40, used: 60, inodes: 10, inodesFree: 4 };
const node = {
  memory: { usage: 3 * GIB, workingSet: 2 * GIB, rss: GIB },
  cpuNanos: 5e9,
  nodefs: fs,
  imagefs: fs,
  imageBytes: 7,
  processes: 12,
  maxProcesses: 100,
};

it('serves what the node and its containers use', async () => {
  const runtime = new FakeRuntime({ images: ['i'] });
  const cri = loopbackClient(runtime.handlers);
  const labels = { [POD_UID_LABEL]: 'u', [POD_NAME_LABEL]: 'p', [POD_NAMESPACE_LABEL]: 'n' };
  const { podSandboxId } = await cri.runPodSandbox({
    config: { metadata: { name: 'p', namespace: 'n', uid: 'u', attempt: 0 }, labels },
  });
  const { containerId } = await cri.createContainer({
    podSandboxId,
    config: {
      metadata: { name: 'c', attempt: 0 },
      image: { image: 'i' },
      labels: { ...labels, [CONTAINER_NAME_LABEL]: 'c' },
    },
  });
  await cri.startContainer({ containerId });
  const volumes = [
    { name: 'scratch', path: '/scratch', kind: 'folder', scratch: true },
    { name: 'claimed', path: '/claimed', kind: 'filesystem', scratch: false, claim: 'c' },
    { name: 'unknown', path: '/unknown', kind: 'folder', scratch: true },
  ] as const;
  const use = (used: number) => ({ ...fs, used, inodesUsed: 1, at: 0 });
  const uses = new Map([
    ['/scratch', use(10)],
    ['/claimed', use(20)],
    ['/logs', use(30)],
  ]);
  const disks = {
    pods: new Map([['u', { volumes, logs: new Map([['c', '/logs']]) }]]),
    of: (path: string) => uses.get(path),
  } as unknown as DiskUsage;
  const routes = statsRoutes({
    disks,
    options: optionsFromFlags(['--max-pods=7']),
    nodeName: 'node-1',
    machine: { cpus: 4, memory: 8 * GIB } as MachineInfo,
    cri,
    stats: async () => node,
    probes: createMetrics({ defaults: false }),
  });
  const get = async (path: string) => {
    const answer = await routes.find((route) => route.path === path)?.answer({} as RoutedRequest);
    return { body: String(answer?.body), json: () => JSON.parse(String(answer?.body)) };
  };
  const stats = (await get('/stats/summary')).json();
  assert.equal(stats.node.memory.availableBytes, 6 * GIB);
  assert.equal(stats.node.runtime.imageFs.usedBytes, 7);
  assert.deepEqual(stats.pods[0].podRef, { name: 'p', namespace: 'n', uid: 'u' });
  assert.equal(stats.pods[0].containers[0].memory.workingSetBytes, 1 << 20);
  const [pod] = stats.pods;
  assert.deepEqual(
    pod.volume.map((each: Record<string, unknown>) => [each['name'], each['usedBytes'], each['pvcRef']]),
    [
      ['scratch', 10, undefined],
      ['claimed', 20, { name: 'c', namespace: 'n' }],
    ],
  );
  assert.deepEqual([pod.containers[0].logs.usedBytes, pod['ephemeral-storage'].usedBytes], [30, 40]);
  const resource = (await get('/metrics/resource')).body;
  assert.match(resource, /^container_memory_working_set_bytes\{container="c",namespace="n",pod="p"\} 1048576$/m);
  assert.match(resource, /^node_cpu_usage_seconds_total 5$/m);
  assert.match(resource, /^pod_cpu_usage_seconds_total\{namespace="n",pod="p"\} 0.001$/m);
  assert.match((await get('/metrics/cadvisor')).body, /^machine_cpu_cores 4$/m);
  assert.equal((await get('/configz')).json().kubeletconfig.maxPods, 7);
});

it('tells eviction how full the node is', () => {
  const seen = toObservations(node, 8 * GIB);
  assert.deepEqual(seen['memory.available'], { available: 6 * GIB, capacity: 8 * GIB });
  assert.deepEqual(seen['nodefs.inodesFree'], { available: 4, capacity: 10 });
  assert.deepEqual(seen['pid.available'], { available: 88, capacity: 100 });
});
