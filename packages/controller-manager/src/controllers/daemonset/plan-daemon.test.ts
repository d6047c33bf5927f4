import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaemonSet, Node, Pod } from '@coxswain/api';
import { aDaemonSet, aNode, aPod, type PodFixture, randomHistories } from '../../testing/index.ts';
import { daemonPod, targetNode } from './daemon-pod.ts';
import { daemonSetStatus } from './daemon-set-status.ts';
import { fitsNode } from './fits-node.ts';
import { planDaemonPods } from './plan-daemon-pods.ts';
import { planDaemonUpdate } from './plan-daemon-update.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const withSpec = (spec: Partial<DaemonSet['spec']['template']['spec']>) => {
  const daemonSet = aDaemonSet();
  Object.assign(daemonSet.spec.template.spec, spec);
  return daemonSet;
};
const affinity = (key: string, operator: string, ...values: string[]) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }],
      },
    },
  },
});
const tainted = (key: string, effect: string) => aNode('a', { spec: { taints: [{ key, effect }] } });

const fits: [rule: string, daemonSet: DaemonSet, node: Node, shouldRun: boolean, shouldContinue: boolean][] = [
  ['any node', aDaemonSet(), aNode('a'), true, true],
  ['another node by name', withSpec({ nodeName: 'b' }), aNode('a'), false, false],
  ['nodeSelector', withSpec({ nodeSelector: { disk: 'ssd' } }), aNode('a', { labels: { disk: 'ssd' } }), true, true],
  ['nodeSelector that differs', withSpec({ nodeSelector: { disk: 'ssd' } }), aNode('a'), false, false],
  ['affinity In', withSpec(affinity('zone', 'In', 'x')), aNode('a', { labels: { zone: 'x' } }), true, true],
  ['affinity NotIn', withSpec(affinity('zone', 'NotIn', 'x')), aNode('a', { labels: { zone: 'x' } }), false, false],
  ['affinity Gt', withSpec(affinity('cores', 'Gt', '4')), aNode('a', { labels: { cores: '8' } }), true, true],
  ['NoSchedule taint keeps what is there', aDaemonSet(), tainted('dedicated', 'NoSchedule'), false, true],
  ['NoExecute taint', aDaemonSet(), tainted('dedicated', 'NoExecute'), false, false],
  ['not ready', aDaemonSet(), tainted('node.kubernetes.io/not-ready', 'NoExecute'), true, true],
  ['cordoned', aDaemonSet(), tainted('node.kubernetes.io/unschedulable', 'NoSchedule'), true, true],
  ['without network', aDaemonSet(), tainted('node.kubernetes.io/network-unavailable', 'NoSchedule'), false, true],
  [
    'without network, on the host network',
    withSpec({ hostNetwork: true }),
    tainted('node.kubernetes.io/network-unavailable', 'NoSchedule'),
    true,
    true,
  ],
  ['tolerated', withSpec({ tolerations: [{ operator: 'Exists' }] }), tainted('dedicated', 'NoExecute'), true, true],
];
for (const [rule, daemonSet, node, shouldRun, shouldContinue] of fits) {
  test(`fits: ${rule}`, () => assert.deepEqual(fitsNode(daemonSet, node), { shouldRun, shouldContinue }));
}

test('a daemon pod is pinned to its node by affinity alone', () => {
  const pod = daemonPod(withSpec(affinity('zone', 'In', 'x')), 'a', 'h1');
  assert.equal(pod.spec.nodeName, undefined);
  assert.equal(targetNode(pod), 'a');
  assert.equal(pod.metadata.labels?.['controller-revision-hash'], 'h1');
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  assert.equal(terms?.length, 1);
  assert.equal(terms?.[0]?.matchExpressions, undefined);
});

let serial = 0;
const daemon = (node: string, hash: string, more: PodFixture = {}): Pod =>
  aPod({ name: `p${++serial}`, node, labels: { app: 'web', 'controller-revision-hash': hash }, ...more });
const namesOf = (pods: readonly Pod[]) => pods.map(({ metadata }) => metadata.name);
const nodes = ['a', 'b', 'c', 'd'].map((name) => aNode(name));

test('one pod a node: missing ones come, surplus and strays go, ended ones are named', () => {
  const pods = [
    daemon('a', 'h1', { name: 'old', created: '2026-01-01T00:00:00Z' }),
    daemon('a', 'h1', { name: 'young', created: '2026-01-01T00:30:00Z' }),
    daemon('b', 'h1', { name: 'failed', phase: 'Failed' }),
    daemon('c', 'h1', { name: 'leaving', deleting: true }),
    { ...daemonPod(aDaemonSet(), 'gone', 'h1'), metadata: { name: 'stray', namespace: 'default' } },
  ];
  const plan = planDaemonPods({ daemonSet: aDaemonSet(), nodes, pods, hash: 'h1', now: NOW });
  assert.deepEqual(plan.create, ['d']);
  assert.deepEqual(namesOf(plan.remove), ['stray', 'young']);
  assert.deepEqual(
    plan.ended.map(({ pod, node }) => [pod.metadata.name, node]),
    [['failed', 'b']],
  );
});

const surging = (maxSurge: number | string) =>
  aDaemonSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable: 0 } } });
const updates: [rule: string, daemonSet: DaemonSet, pods: Pod[], create: string[], remove: string[]][] = [
  ['one at a time', aDaemonSet(), ['a', 'b', 'c', 'd'].map((node) => daemon(node, 'h1', { name: node })), [], ['a']],
  [
    'none while one is unavailable',
    aDaemonSet(),
    [daemon('a', 'h2', { ready: false }), daemon('b', 'h1'), daemon('c', 'h1'), daemon('d', 'h1')],
    [],
    [],
  ],
  [
    'a broken old one at once',
    aDaemonSet(),
    [
      daemon('a', 'h2', { ready: false }),
      daemon('b', 'h1', { name: 'bad', ready: false }),
      daemon('c', 'h1'),
      daemon('d', 'h1'),
    ],
    [],
    ['bad'],
  ],
  [
    'a percentage rounds up',
    aDaemonSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '30%' } } }),
    ['a', 'b', 'c', 'd'].map((node) => daemon(node, 'h1', { name: node })),
    [],
    ['a', 'b'],
  ],
  ['OnDelete waits', aDaemonSet({ updateStrategy: { type: 'OnDelete' } }), [daemon('a', 'h1')], [], []],
  ['surge first', surging(2), ['a', 'b', 'c', 'd'].map((node) => daemon(node, 'h1')), ['a', 'b'], []],
  [
    'the old one goes when the new one is available',
    surging(1),
    [daemon('a', 'h1', { name: 'old' }), daemon('a', 'h2'), daemon('b', 'h1'), daemon('c', 'h2'), daemon('d', 'h2')],
    ['b'],
    ['old'],
  ],
  [
    'a surging node counts until it is available',
    surging(1),
    [daemon('a', 'h1'), daemon('a', 'h2', { ready: false }), daemon('b', 'h1'), daemon('c', 'h2'), daemon('d', 'h2')],
    [],
    [],
  ],
];
for (const [rule, daemonSet, pods, create, remove] of updates) {
  test(`update: ${rule}`, () => {
    const plan = planDaemonUpdate({ daemonSet, nodes, pods, hash: 'h2', now: NOW });
    assert.deepEqual([plan.create, namesOf(plan.remove)], [create, remove]);
  });
}

test('status counts nodes', () => {
  const all = [...nodes, aNode('e', { spec: { taints: [{ key: 'x', effect: 'NoSchedule' }] } })];
  const pods = [
    daemon('a', 'h2'),
    daemon('b', 'h1', { readySince: '2026-01-01T00:59:40Z' }),
    daemon('c', 'h1', { ready: false }),
    daemon('e', 'h1'),
  ];
  const daemonSet = aDaemonSet({ minReadySeconds: 30 });
  const { status, nextAvailableInMs } = daemonSetStatus({ daemonSet, nodes: all, pods, hash: 'h2', now: NOW });
  assert.deepEqual(status, {
    currentNumberScheduled: 3,
    numberMisscheduled: 1,
    desiredNumberScheduled: 4,
    numberReady: 2,
    observedGeneration: 1,
    updatedNumberScheduled: 1,
    numberAvailable: 1,
    numberUnavailable: 3,
  });
  assert.equal(nextAvailableInMs, 10_000);
});

for (const [maxSurge, maxUnavailable] of [
  [0, 1],
  [0, 3],
  [2, 0],
  ['50%', 0],
] as const) {
  test(`a rollout with maxSurge ${maxSurge}, maxUnavailable ${maxUnavailable} keeps its limits and ends`, () => {
    const many = Array.from({ length: 8 }, (_, i) => aNode(`n${i}`));
    const surge = maxSurge === '50%' ? 4 : maxSurge;
    const daemonSet = aDaemonSet({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
    });
    randomHistories(30, (random) => {
      let pods = many.map(({ metadata }) => daemon(metadata.name, 'h1'));
      const isReady = (pod: Pod) => pod.status?.conditions?.[0]?.status === 'True' && !pod.metadata.deletionTimestamp;
      const setReady = (pod: Pod, ready: boolean) => {
        pod.status = { ...pod.status, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] };
      };
      let hash = 'h2';
      for (let round = 0; round < 200; round++) {
        if (round === 40) hash = 'h3';
        const input = { daemonSet, nodes: many, pods, hash, now: NOW };
        const plan = planDaemonPods(input);
        const idle = plan.create.length + plan.remove.length === 0;
        const { create, remove } = idle ? planDaemonUpdate(input) : plan;
        const before = new Set(pods.filter(isReady).map((pod) => pod.spec.nodeName)).size;
        for (const pod of remove) pod.metadata.deletionTimestamp = 'now';
        pods.push(...create.map((node) => daemon(node, hash, { ready: false })));
        const served = new Set(pods.filter(isReady).map((pod) => pod.spec.nodeName)).size;
        assert.ok(served >= Math.min(before, 8 - maxUnavailable), `round ${round}: ${served} of ${before}`);
        const staying = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
        const extra = staying.length - new Set(staying.map((pod) => pod.spec.nodeName)).size;
        assert.ok(extra <= surge, `round ${round}: ${extra} extra`);
        pods = pods.filter(({ metadata }) => !metadata.deletionTimestamp || random() < 0.5);
        for (const pod of pods) if (!isReady(pod) && random() < 0.5) setReady(pod, true);
      }
      assert.deepEqual(
        pods.map(({ metadata }) => metadata.labels?.['controller-revision-hash']),
        Array(8).fill('h3'),
      );
    });
  });
}
