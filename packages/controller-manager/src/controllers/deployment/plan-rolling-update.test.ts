import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aDeployment, aReplicaSet, aTemplate } from '../../testing/fixtures.ts';
import { newReplicas, planRollingUpdate } from './plan-rolling-update.ts';
import { groupReplicaSets } from './replica-sets.ts';

type Limits = readonly [maxSurge: number | string, maxUnavailable: number | string];
/** `new` is of the Deployment's template; the others are old, in order of age. */
type Sizes = Readonly<Record<string, readonly [replicas: number, available: number]>>;

const aRollout = (replicas: number, [maxSurge, maxUnavailable]: Limits) =>
  aDeployment({
    replicas,
    template: aTemplate('new'),
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
  });

const rows: [rule: string, replicas: number, limits: Limits, sizes: Sizes, scales: Record<string, number>][] = [
  ['maxSurge 30%: old and new make up 130% at once', 10, ['30%', '30%'], { a: [10, 10], new: [0, 0] }, { new: 3 }],
  ['maxUnavailable 30%: the old go down to 70% at once', 10, [0, '30%'], { a: [10, 10], new: [0, 0] }, { a: 7 }],
  ['at the surge limit the old make room', 10, ['30%', '30%'], { a: [10, 10], new: [3, 0] }, { a: 7 }],
  ['a percentage of surge rounds up', 3, ['25%', 0], { a: [3, 3], new: [0, 0] }, { new: 1 }],
  ['a percentage of unavailable rounds down', 3, ['25%', '25%'], { a: [3, 3], new: [1, 0] }, {}],
  ['both zero by rounding: one may be unavailable', 3, [0, '25%'], { a: [3, 3], new: [0, 0] }, { a: 2 }],
  ['maxUnavailable 0: no old pod goes before a new one is available', 3, [1, 0], { a: [3, 3], new: [1, 0] }, {}],
  ['and one goes for each that is', 3, [1, 0], { a: [3, 3], new: [1, 1] }, { a: 2 }],
  ['maxSurge 0: a new pod comes after an old one went', 3, [0, 1], { a: [2, 2], new: [0, 0] }, { new: 1 }],
  ['new pods never pass the desired number', 3, [5, 0], { a: [1, 1], new: [1, 1] }, { new: 3 }],
  ['a stuck new version leaves the old available', 10, ['25%', '25%'], { a: [8, 8], new: [5, 0] }, {}],
  ['old pods that are not available go first', 10, [3, 3], { a: [3, 3], b: [7, 4], new: [3, 0] }, { b: 4 }],
  ['also beside a stuck new version', 10, [3, 2], { a: [10, 4], new: [3, 0] }, { a: 8 }],
  ['then available ones, oldest first', 10, [3, 3], { a: [4, 4], b: [6, 6], new: [3, 3] }, { a: 0, b: 4 }],
  ['a pod that is given up already is not given up again', 8, [1, 1], { a: [7, 8], new: [2, 1] }, { a: 6 }],
  ['the last old ones go when the new suffice', 3, ['25%', '25%'], { a: [1, 1], new: [3, 3] }, { a: 0 }],
  ['a new one that is too large shrinks to the desired number', 3, [1, 0], { new: [5, 5] }, { new: 3 }],
  ['replicas 0: all old ones go', 0, ['25%', '25%'], { a: [3, 3], new: [0, 0] }, { a: 0 }],
  ['a complete rollout has nothing to do', 3, ['25%', '25%'], { a: [0, 0], new: [3, 3] }, {}],
  ['nor has one whose new ReplicaSet is not there yet', 3, ['25%', '25%'], { a: [3, 3] }, {}],
];

for (const [rule, replicas, limits, sizes, scales] of rows)
  test(`rolling update: ${rule}`, () => {
    const deployment = aRollout(replicas, limits);
    const sets = Object.entries(sizes).map(([version, [size, available]], i) =>
      aReplicaSet(deployment, version, { replicas: size, available, revision: i + 1 }),
    );
    const plan = planRollingUpdate(deployment, groupReplicaSets(deployment, sets));
    const found = plan.map(({ replicaSet, to }) => [replicaSet.metadata.name.replace('web-', ''), to]);
    assert.deepEqual(Object.fromEntries(found), scales);
  });

test('rolling update: the next step waits until every ReplicaSet has observed its size', () => {
  const deployment = aRollout(8, [1, 1]);
  const old = aReplicaSet(deployment, 'a', { replicas: 6, available: 7, revision: 1 });
  const current = aReplicaSet(deployment, 'new', { replicas: 2, revision: 2 });
  const plan = () => planRollingUpdate(deployment, groupReplicaSets(deployment, [old, current])).map(({ to }) => to);
  old.metadata.generation = 2;
  assert.deepEqual(plan(), []);
  old.status = { ...old.status, replicas: 6, availableReplicas: 6, observedGeneration: 2 };
  assert.deepEqual(plan(), [3]);
});

const starts: [rule: string, replicas: number, strategy: Limits | 'Recreate', old: number[], size: number][] = [
  ['all of them when there is nothing old', 10, ['25%', '25%'], [], 10],
  ['what maxSurge leaves', 10, ['25%', '25%'], [10], 3],
  ['all old ReplicaSets count', 10, ['25%', '25%'], [6, 5], 2],
  ['none with maxSurge 0', 10, [0, 1], [10], 0],
  ['none when the old are above the limit', 10, [1, 0], [14], 0],
  ['all of them with Recreate', 10, 'Recreate', [10], 10],
];

for (const [rule, replicas, strategy, old, size] of starts)
  test(`a new ReplicaSet starts with ${rule}`, () => {
    const recreate = aDeployment({ replicas, strategy: { type: 'Recreate' } });
    const deployment = strategy === 'Recreate' ? recreate : aRollout(replicas, strategy);
    const sets = old.map((count, i) => aReplicaSet(deployment, `old-${i}`, { replicas: count }));
    assert.equal(newReplicas(deployment, sets, 0), size);
  });
