import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deployment } from '@coxswain/api';
import { aDeployment, aReplicaSet, aTemplate } from '../../testing/index.ts';
import { planDeployment } from './plan-deployment.ts';
import { rollingLimits } from './rolling-limits.ts';

const NOW = Date.UTC(2026, 0, 1, 1);
const SIZES = { 'deployment.kubernetes.io/desired-replicas': '10', 'deployment.kubernetes.io/max-replicas': '13' };

test('limits round as upstream: surge up, unavailable down, never both zero', () => {
  const cases: [replicas: number, surge: number | string, unavailable: number | string, expected: [number, number]][] =
    [
      [10, '25%', '25%', [3, 2]],
      [1, '25%', '25%', [1, 0]],
      [3, 0, '10%', [0, 1]],
      [2, 5, 5, [5, 2]],
      [0, '25%', '25%', [0, 0]],
    ];
  for (const [replicas, maxSurge, maxUnavailable, expected] of cases) {
    const rollingUpdate = { maxSurge, maxUnavailable };
    const got = rollingLimits(aDeployment({ replicas, strategy: { type: 'RollingUpdate', rollingUpdate } }));
    assert.deepEqual([got.maxSurge, got.maxUnavailable], expected, `${replicas} ${maxSurge} ${maxUnavailable}`);
  }
  assert.deepEqual(rollingLimits(aDeployment({ strategy: { type: 'Recreate' } })), { maxSurge: 0, maxUnavailable: 0 });
});

interface Row {
  readonly name: string;
  readonly deployment: Deployment;
  readonly sets: [version: string, replicas: number, available: number, annotations?: Record<string, string>][];
  readonly scales: Record<string, number>;
  readonly creates?: number;
}

const v2 = (spec: Partial<Deployment['spec']> = {}) =>
  aDeployment({ replicas: 10, template: aTemplate('v2'), ...spec });
const rows: Row[] = [
  { name: 'nothing there yet', deployment: aDeployment(), sets: [], scales: {}, creates: 3 },
  {
    name: 'a new template starts with what maxSurge leaves',
    deployment: v2(),
    sets: [['v1', 10, 10]],
    scales: {},
    creates: 3,
  },
  {
    name: 'then old ones go down to minAvailable',
    deployment: v2(),
    sets: [
      ['v1', 10, 10],
      ['v2', 3, 0],
    ],
    scales: { 'web-v1': 8 },
  },
  {
    name: 'new ones grow into the room',
    deployment: v2(),
    sets: [
      ['v1', 8, 8],
      ['v2', 3, 0],
    ],
    scales: { 'web-v2': 5 },
  },
  {
    name: 'unhealthy old ones go first',
    deployment: v2(),
    sets: [
      ['v1', 10, 4],
      ['v2', 3, 0],
    ],
    scales: { 'web-v1': 8 },
  },
  {
    name: 'nothing to gain',
    deployment: v2(),
    sets: [
      ['v1', 8, 8],
      ['v2', 5, 0],
    ],
    scales: {},
  },
  {
    name: 'scaling in the middle of a rollout is shared in proportion',
    deployment: v2({ replicas: 20 }),
    sets: [
      ['v1', 8, 8, SIZES],
      ['v2', 5, 5, SIZES],
    ],
    scales: { 'web-v1': 15, 'web-v2': 10 },
  },
  {
    name: 'so is shrinking',
    deployment: v2({ replicas: 5 }),
    sets: [
      ['v1', 8, 8, SIZES],
      ['v2', 5, 5, SIZES],
    ],
    scales: { 'web-v1': 4, 'web-v2': 3 },
  },
  {
    name: 'a paused one scales, but creates nothing',
    deployment: v2({ paused: true, replicas: 4 }),
    sets: [['v1', 10, 10]],
    scales: { 'web-v1': 4 },
  },
  {
    name: 'Recreate takes the old ones away first',
    deployment: v2({ strategy: { type: 'Recreate' } }),
    sets: [['v1', 10, 10]],
    scales: { 'web-v1': 0 },
  },
];

for (const { name, deployment, sets, scales, creates } of rows) {
  test(name, () => {
    const replicaSets = sets.map(([version, replicas, available, annotations = {}], i) =>
      aReplicaSet(deployment, version, { replicas, available, revision: i + 1, annotations }),
    );
    const plan = planDeployment({ deployment, replicaSets, pods: [], now: NOW });
    const got = Object.fromEntries(plan.scales.map(({ replicaSet, to }) => [replicaSet.metadata.name, to]));
    assert.deepEqual(got, scales);
    assert.equal(plan.create?.spec.replicas, creates);
    assert.equal(plan.update, undefined);
  });
}

function conditionAfter(deployment: Deployment, sets: Parameters<typeof planDeployment>[0]['replicaSets']) {
  const { status } = planDeployment({ deployment, replicaSets: sets, pods: [], now: NOW });
  return (status.conditions ?? []).map(({ type, status: value, reason, message }) => [type, value, reason, message]);
}

test('conditions say how far a rollout is', () => {
  const deployment = aDeployment();
  const created = planDeployment({ deployment, replicaSets: [], pods: [], now: NOW });
  const name = created.create?.metadata.name;
  assert.deepEqual(conditionAfter(deployment, []), [
    ['Progressing', 'True', 'NewReplicaSetCreated', `Created new replica set "${name}"`],
    ['Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.'],
  ]);

  const half = aReplicaSet(deployment, 'v1', { replicas: 3, available: 1 });
  assert.deepEqual(conditionAfter({ ...deployment, status: created.status }, [half])[1], [
    'Progressing',
    'True',
    'ReplicaSetUpdated',
    'ReplicaSet "web-v1" is progressing.',
  ]);

  const stuck = {
    type: 'Progressing',
    status: 'True',
    reason: 'ReplicaSetUpdated',
    message: '',
    lastUpdateTime: '2026-01-01T00:00:00Z',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
  const unchanged = { replicas: 3, updatedReplicas: 3, readyReplicas: 1, availableReplicas: 1, conditions: [stuck] };
  assert.deepEqual(conditionAfter({ ...deployment, status: unchanged }, [half])[1], [
    'Progressing',
    'False',
    'ProgressDeadlineExceeded',
    'ReplicaSet "web-v1" has timed out progressing.',
  ]);

  const paused = aDeployment({ paused: true });
  assert.deepEqual(conditionAfter(paused, [half])[0], [
    'Progressing',
    'Unknown',
    'DeploymentPaused',
    'Deployment is paused',
  ]);
});

test('an earlier template takes its ReplicaSet again, under the next revision', () => {
  const deployment = aDeployment(
    { template: aTemplate('v1') },
    { annotations: { 'deployment.kubernetes.io/revision': '2' } },
  );
  const old = aReplicaSet(deployment, 'v1', { replicas: 0, revision: 1 });
  const newer = aReplicaSet(deployment, 'v2', { replicas: 3, revision: 2 });
  const plan = planDeployment({ deployment, replicaSets: [old, newer], pods: [], now: NOW });
  assert.equal(plan.create, undefined);
  assert.equal(plan.update?.metadata.name, 'web-v1');
  assert.equal(plan.update?.metadata.annotations?.['deployment.kubernetes.io/revision'], '3');
  assert.equal(plan.update?.metadata.annotations?.['deployment.kubernetes.io/revision-history'], '1');
  assert.equal(plan.revision, '3');
});
