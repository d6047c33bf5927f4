import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Taint, Toleration } from '@coxswain/api';
import { aNode, aPod } from '../../testing/index.ts';
import { planNodeHealth } from './plan-node-health.ts';
import { planNodeTaints } from './plan-node-taints.ts';
import { planTaintEviction } from './plan-taint-eviction.ts';
import { planZones } from './plan-zones.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');
const AT = '2026-01-01T00:10:00Z';
const limits = { gracePeriodMs: 40_000, startupGracePeriodMs: 60_000 };

test('a silent node becomes Unknown after the grace period, counted from the last sign of life', () => {
  const node = aNode('n');
  const lease = (renewTime: string) => ({ metadata: { name: 'n' }, spec: { renewTime } });
  const at = (now: number, renewTime: string, last?: ReturnType<typeof planNodeHealth>) =>
    planNodeHealth({ node, lease: lease(renewTime), last: last?.heartbeat, now, ...limits });
  const first = at(NOW, 'a');
  assert.equal(first.conditions, undefined);
  assert.equal(first.deadlineInMs, 40_000);
  const renewed = at(NOW + 30_000, 'b', first);
  const silent = at(NOW + 69_999, 'b', renewed);
  assert.equal(silent.conditions, undefined);
  const late = at(NOW + 70_000, 'b', silent);
  assert.equal(late.ready, 'Unknown');
  const ready = late.conditions?.find(({ type }) => type === 'Ready');
  assert.deepEqual(
    [ready?.status, ready?.reason, ready?.message],
    ['Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.'],
  );
  assert.equal(late.conditions?.find(({ type }) => type === 'MemoryPressure')?.reason, 'NodeStatusNeverUpdated');
});

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const mine: Taint = { key: 'dedicated', value: 'db', effect: 'NoSchedule' };
const rows: [
  what: string,
  node: Parameters<typeof aNode>[1],
  mode: 'follow' | 'hold' | 'clear',
  expected: string[] | undefined,
][] = [
  ['ready', {}, 'follow', undefined],
  ['not ready', { ready: 'False' }, 'follow', [`${NOT_READY}:NoSchedule`, `${NOT_READY}:NoExecute`]],
  ['unreachable', { ready: 'Unknown' }, 'follow', [`${UNREACHABLE}:NoSchedule`, `${UNREACHABLE}:NoExecute`]],
  ['unreachable, rate limited', { ready: 'Unknown' }, 'hold', [`${UNREACHABLE}:NoSchedule`]],
  [
    'all down',
    { ready: 'Unknown', spec: { taints: [mine, { key: UNREACHABLE, effect: 'NoExecute' }] } },
    'clear',
    ['dedicated:NoSchedule', `${UNREACHABLE}:NoSchedule`],
  ],
  ['cordoned', { spec: { unschedulable: true } }, 'follow', ['node.kubernetes.io/unschedulable:NoSchedule']],
  [
    'back again',
    { spec: { taints: [{ key: UNREACHABLE, effect: 'NoExecute' }, { key: UNREACHABLE, effect: 'NoSchedule' }, mine] } },
    'follow',
    ['dedicated:NoSchedule'],
  ],
];
for (const [what, fixture, mode, expected] of rows) {
  test(`taints of a node that is ${what}`, () => {
    const taints = planNodeTaints(aNode('n', fixture), mode, NOW);
    assert.deepEqual(
      taints?.map(({ key, effect }) => `${key}:${effect}`),
      expected,
    );
  });
}

test('conditions of pressure and network become NoSchedule taints', () => {
  const node = aNode('n');
  node.status?.conditions?.push(
    { type: 'MemoryPressure', status: 'True' },
    { type: 'NetworkUnavailable', status: 'True' },
  );
  const keys = planNodeTaints(node, 'follow', NOW)?.map(({ key }) => key);
  assert.deepEqual(keys, ['node.kubernetes.io/memory-pressure', 'node.kubernetes.io/network-unavailable']);
});

const taint: Taint = { key: UNREACHABLE, effect: 'NoExecute', timeAdded: AT };
const evictions: [what: string, tolerations: Toleration[], taints: Taint[], expected: number | 'stay'][] = [
  ['no toleration', [], [taint], 0],
  ['no NoExecute taint', [], [mine], 'stay'],
  ['tolerated for ever', [{ operator: 'Exists' }], [taint], 'stay'],
  [
    'tolerated for a while',
    [{ key: UNREACHABLE, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
    [taint],
    NOW + 300_000,
  ],
  [
    'the shortest counts',
    [
      { key: UNREACHABLE, operator: 'Exists', tolerationSeconds: 300 },
      { key: 'x', operator: 'Exists', tolerationSeconds: 5 },
    ],
    [taint, { key: 'x', effect: 'NoExecute', timeAdded: AT }],
    NOW + 5_000,
  ],
  ['another value', [{ key: 'x', value: 'a' }], [{ key: 'x', value: 'b', effect: 'NoExecute' }], 0],
  [
    'without timeAdded it counts from when it was seen',
    [{ key: 'x', operator: 'Exists', tolerationSeconds: 5 }],
    [{ key: 'x', effect: 'NoExecute' }],
    NOW + 6_000,
  ],
];
for (const [what, tolerations, taints, expected] of evictions) {
  test(`eviction: ${what}`, () => {
    const plan = planTaintEviction(aPod({ spec: { tolerations } }), taints, NOW + 1000);
    assert.equal(plan.kind === 'evict' ? plan.at : plan.kind, expected);
  });
}

test('a node without a Ready condition gets no taints of it, and keeps the one it was registered with', () => {
  const node = aNode('n');
  node.status = {};
  assert.equal(planNodeTaints(node, 'follow', NOW), undefined);
  node.spec.taints = [{ key: NOT_READY, effect: 'NoSchedule' }];
  assert.equal(planNodeTaints(node, 'follow', NOW), undefined);
});

test('zones: all down stops evictions, a disrupted small zone too', () => {
  const rates = { primary: 0.1, secondary: 0.01, largeClusterSizeThreshold: 50, unhealthyZoneThreshold: 0.55 };
  const nodes = (ready: number, notReady: number) => [
    ...Array.from({ length: ready }, (_, i) => aNode(`r${i}`)),
    ...Array.from({ length: notReady }, (_, i) => aNode(`n${i}`, { ready: 'Unknown' })),
  ];
  assert.equal(planZones(nodes(0, 2), rates).allDown, true);
  assert.deepEqual([planZones(nodes(1, 1), rates).allDown, planZones(nodes(1, 1), rates).rate.get(':')], [false, 0.1]);
  assert.equal(planZones(nodes(2, 3), rates).rate.get(':'), 0);
  assert.equal(planZones(nodes(22, 33), rates).rate.get(':'), 0.01);
});
