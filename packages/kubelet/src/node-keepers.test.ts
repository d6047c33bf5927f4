import assert from 'node:assert/strict';
import { it } from 'node:test';
import { nodeKind, type Pod, podKind } from '@coxswain/api';
import { eventually } from '@coxswain/foundation/testing';
import type { NodeStats } from './stats/node-stats.ts';
import { buildContainer, buildPod } from './testing/build-pod.ts';
import { startTestKubelet } from './testing/start-test-kubelet.ts';

const GIB = 2 ** 30;
const isReady = (pod: Pod) => pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';

it('evicts the pod that is furthest beyond its request, and refuses others while the node is short', async (t) => {
  const stats: { -readonly [K in keyof NodeStats]: NodeStats[K] } = {
    memory: { usage: GIB, workingSet: 8 * GIB - 50 * 2 ** 20, rss: 0 },
    cpuNanos: undefined,
    nodefs: undefined,
    imagefs: undefined,
    imageBytes: 0,
    processes: undefined,
    maxProcesses: undefined,
  };
  let short = false;
  const kubelet = await startTestKubelet({
    nodeStats: async () => (short ? stats : { ...stats, memory: { usage: 0, workingSet: 0, rss: 0 } }),
    kubelet: { evictionPressureTransitionPeriod: 60_000 },
    evictionIntervalMs: 50,
  });
  t.after(() => kubelet.stop());
  const { api, until, events } = kubelet;
  const resources = { requests: { memory: '1Gi' } };
  api.add(podKind, buildPod('modest', { containers: [buildContainer('main', { resources })] }), buildPod('greedy'));
  await until('default/modest', isReady);
  await until('default/greedy', isReady);
  short = true;
  const gone = await until('default/greedy', ({ status }) => status?.phase === 'Failed');
  short = false;
  assert.equal(gone.status?.reason, 'Evicted');
  assert.equal(
    gone.status?.message,
    'The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. Container main was using 1Mi, request is 0, has larger consumption of memory. ',
  );
  const target = gone.status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  assert.deepEqual([target?.status, target?.reason], ['True', 'TerminationByKubelet']);
  assert.ok(events.some((text) => text.startsWith('EvictionThresholdMet Attempting to reclaim memory')));
  await eventually(() => {
    const conditions = api.object(nodeKind, 'node-1')?.status?.conditions;
    assert.equal(conditions?.find(({ type }) => type === 'MemoryPressure')?.status, 'True');
  });
  api.add(podKind, buildPod('late'));
  const refused = await until('default/late', ({ status }) => status?.phase === 'Failed');
  assert.equal(refused.status?.reason, 'Evicted');
  assert.match(refused.status?.message ?? '', /The node had condition: \[MemoryPressure\]/);
  assert.ok(isReady(kubelet.pod('default/modest') as Pod));
});

it('refuses a pod for another kind of node', async (t) => {
  const { api, until, stop } = await startTestKubelet();
  t.after(stop);
  await eventually(() => api.object(nodeKind, 'node-1') !== undefined);
  api.add(podKind, buildPod('picky', { nodeSelector: { disk: 'ssd' } }));
  const refused = await until('default/picky', ({ status }) => status?.phase === 'Failed');
  assert.equal(refused.status?.reason, 'NodeAffinity');
  api.change(nodeKind, 'node-1', (node) => {
    node.metadata.labels = { ...node.metadata.labels, disk: 'ssd' };
  });
  api.add(podKind, buildPod('picky-too', { nodeSelector: { disk: 'ssd' } }));
  await until('default/picky-too', isReady);
});
