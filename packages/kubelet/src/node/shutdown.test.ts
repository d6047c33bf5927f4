import assert from 'node:assert/strict';
import { it } from 'node:test';
import { nodeKind, type Pod, podKind } from '@coxswain/api';
import { eventually } from '@coxswain/foundation/testing';
import { buildPod } from '../testing/build-pod.ts';
import { startTestKubelet } from '../testing/start-test-kubelet.ts';
import { planShutdown, shutdownPeriods } from './plan-shutdown.ts';

const pod = (name: string, priority: number, terminationGracePeriodSeconds: number): Pod =>
  buildPod(name, { priority, terminationGracePeriodSeconds });
const quick = pod('quick', 0, 5);
const slow = pod('slow', 1000, 300);
const critical = pod('critical', 2_000_001_000, 30);

const split = (total: number, critical: number) =>
  shutdownPeriods({
    shutdownGracePeriod: total,
    shutdownGracePeriodCriticalPods: critical,
    shutdownGracePeriodByPodPriority: [],
  });

for (const [name, pods, periods, expected] of [
  ['nothing to end', [], split(30_000, 10_000), []],
  [
    'ordinary pods first, with their own grace at most',
    [critical, quick, slow],
    split(30_000, 10_000),
    [
      [20_000, 'quick 5', 'slow 20'],
      [10_000, 'critical 10'],
    ],
  ],
  ['only critical ones', [critical], split(60_000, 40_000), [[40_000, 'critical 30']]],
  [
    'no part for critical ones',
    [critical, quick],
    split(4000, 0),
    [
      [4000, 'quick 4'],
      [0, 'critical 0'],
    ],
  ],
  [
    'by priority, what is below all of them with the lowest',
    [critical, slow, quick, pod('low', -5, 30)],
    shutdownPeriods({
      shutdownGracePeriod: 0,
      shutdownGracePeriodCriticalPods: 0,
      shutdownGracePeriodByPodPriority: [
        { priority: 1000, seconds: 7 },
        { priority: 2_000_000_000, seconds: 3 },
        { priority: 10, seconds: 20 },
      ],
    }),
    [
      [20_000, 'quick 5', 'low 20'],
      [7000, 'slow 7'],
      [3000, 'critical 3'],
    ],
  ],
] as const)
  it(`plans the end of pods: ${name}`, () => {
    const steps = planShutdown(pods, periods).map((step) => [
      step.periodMs,
      ...step.pods.map((each) => `${each.pod.metadata.name} ${each.grace}`),
    ]);
    assert.deepEqual(steps, expected);
  });

it('ends ordinary pods, then critical ones, tells the API, and takes no more', async () => {
  const test = await startTestKubelet({
    kubelet: { shutdownGracePeriod: 20_000, shutdownGracePeriodCriticalPods: 10_000 },
    runtimeOptions: { process: () => ({ stopDelayMs: 30, exitCode: 0 }) },
  });
  const { api, runtime, kubelet, until } = test;
  const isReady = ({ status }: Pod) =>
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
  try {
    api.add(podKind, critical, quick);
    await until('default/critical', isReady);
    await until('default/quick', isReady);
    const nameOf = (id: string) => {
      const sandbox = runtime.sandboxes.get(runtime.containers.get(id)?.sandboxId ?? '');
      return sandbox?.config.metadata?.name;
    };
    const before = runtime.calls.length;
    await kubelet.shutDown();
    const stopped = runtime.calls
      .slice(before)
      .filter(({ rpc }) => rpc === 'stopContainer')
      .map(({ request }) => nameOf((request as { containerId: string }).containerId));
    assert.deepEqual(stopped, ['quick', 'critical']);
    for (const name of ['quick', 'critical']) {
      const { phase, reason, message, conditions } = test.pod(`default/${name}`)?.status ?? {};
      assert.deepEqual([phase, reason], ['Failed', 'Terminated']);
      assert.equal(message, 'Pod was terminated in response to imminent node shutdown.');
      const disruption = conditions?.find(({ type }) => type === 'DisruptionTarget');
      assert.deepEqual([disruption?.status, disruption?.reason], ['True', 'TerminationByKubelet']);
    }
    const ready = api.object(nodeKind, 'node-1')?.status?.conditions?.find(({ type }) => type === 'Ready');
    assert.deepEqual([ready?.status, ready?.message], ['False', 'node is shutting down']);

    api.add(podKind, buildPod('late'));
    const late = await until('default/late', ({ status }) => status?.phase === 'Failed');
    assert.deepEqual(
      [late.status?.reason, late.status?.message],
      ['NodeShutdown', 'Pod was rejected as the node is shutting down.'],
    );
  } finally {
    await test.stop();
  }
});

it('a kubelet that has just started learns of its pods before it ends them', async () => {
  const test = await startTestKubelet({
    kubelet: { shutdownGracePeriod: 20_000, shutdownGracePeriodCriticalPods: 10_000 },
  });
  try {
    test.api.add(podKind, { ...quick, status: { phase: 'Running' } });
    await test.kubelet.shutDown();
    assert.equal(test.pod('default/quick')?.status?.phase, 'Failed');
    assert.equal(test.pod('default/quick')?.status?.reason, 'Terminated');
  } finally {
    await test.stop();
  }
});

it('leaves pods running unless a grace period is configured', async () => {
  const test = await startTestKubelet();
  try {
    test.api.add(podKind, buildPod('web'));
    await test.until('default/web', ({ status }) => status?.phase === 'Running');
    await test.kubelet.shutDown();
    await eventually(() => assert.equal([...test.runtime.containers.values()][0]?.state, 'CONTAINER_RUNNING'));
  } finally {
    await test.stop();
  }
});
