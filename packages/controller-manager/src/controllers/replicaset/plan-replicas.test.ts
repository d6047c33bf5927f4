import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aDeployment, aPod, aReplicaSet, type PodFixture } from '../../testing/index.ts';
import { planReplicas } from './plan-replicas.ts';
import { replicaSetStatus } from './replica-set-status.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const set = (replicas: number) => aReplicaSet(aDeployment(), 'v1', { replicas });

test('as many as are missing, at most a burst', () => {
  const plan = (replicas: number, pods: PodFixture[]) =>
    planReplicas({ replicaSet: set(replicas), pods: pods.map(aPod), related: [], now: NOW });
  assert.deepEqual(plan(2, [{}, {}]), { kind: 'none' });
  assert.deepEqual(plan(3, [{}]), { kind: 'create', count: 2 });
  assert.deepEqual(plan(2, [{}, { deleting: true }, { phase: 'Failed' }]), { kind: 'create', count: 1 });
  assert.deepEqual(plan(9999, []), { kind: 'create', count: 500 });
});

const COST = 'controller.kubernetes.io/pod-deletion-cost';
const order: [rule: string, first: PodFixture, second: PodFixture, related?: PodFixture[]][] = [
  ['unassigned before assigned', { node: '', phase: 'Pending' }, { phase: 'Pending' }],
  ['pending before running', { phase: 'Pending', ready: false }, { ready: false }],
  ['not ready before ready', { ready: false }, {}],
  ['lower deletion cost first', { annotations: { [COST]: '-5' } }, {}],
  ['where its siblings crowd', { node: 'a' }, { node: 'b' }, [{ node: 'a' }, { node: 'a' }, { node: 'b' }]],
  ['ready for a shorter time', { readySince: '2026-01-01T00:59:00Z' }, { readySince: '2026-01-01T00:10:00Z' }],
  ['more restarts first', { restarts: 3 }, { restarts: 1 }],
  [
    'younger first',
    { created: '2026-01-01T00:59:00Z', readySince: '2026-01-01T00:59:30Z' },
    { created: '2026-01-01T00:10:00Z', readySince: '2026-01-01T00:59:30Z' },
  ],
];
for (const [rule, first, second, related = []] of order) {
  test(`deletion order: ${rule}`, () => {
    const pods = [aPod({ ...second, name: 'second' }), aPod({ ...first, name: 'first' })];
    const plan = planReplicas({ replicaSet: set(1), pods, related: related.map(aPod), now: NOW });
    assert.deepEqual(plan.kind === 'delete' && plan.pods.map(({ metadata }) => metadata.name), ['first']);
  });
}

test('status counts; minReadySeconds delays availability and says when to look again', () => {
  const replicaSet = set(4);
  replicaSet.spec.minReadySeconds = 60;
  const labels = { app: 'web', 'pod-template-hash': 'v1' };
  const pods = [
    aPod({ labels }),
    aPod({ labels, readySince: '2026-01-01T00:59:30Z' }),
    aPod({ labels: { app: 'web' }, ready: false }),
    aPod({ labels, deleting: true }),
  ];
  const { status, nextAvailableInMs } = replicaSetStatus(replicaSet, pods, undefined, NOW);
  assert.deepEqual(status, {
    replicas: 3,
    fullyLabeledReplicas: 2,
    readyReplicas: 2,
    availableReplicas: 1,
    terminatingReplicas: 1,
    observedGeneration: 1,
  });
  assert.equal(nextAvailableInMs, 30_000);
});
