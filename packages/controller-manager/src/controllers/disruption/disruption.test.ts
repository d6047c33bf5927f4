import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  deploymentKind,
  type PodDisruptionBudget,
  podDisruptionBudgetKind,
  podKind,
  replicaSetKind,
} from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aDeployment, aPod, aReplicaSet, type PodFixture, startControllers } from '../../testing/index.ts';
import { expectedScale } from './expected-scale.ts';
import { planBudget } from './plan-budget.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const aBudget = (spec: PodDisruptionBudget['spec'], status?: PodDisruptionBudget['status']): PodDisruptionBudget => ({
  metadata: { name: 'web', namespace: 'default', uid: 'pdb', generation: 2 },
  spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  ...(status ? { status } : {}),
});
const ready = (n: number): PodFixture[] => Array.from({ length: n }, () => ({}));

const cases: [
  rule: string,
  spec: PodDisruptionBudget['spec'],
  pods: PodFixture[],
  scale: number,
  allowed: number,
  desired: number,
][] = [
  ['minAvailable', { minAvailable: 2 }, ready(3), 0, 1, 2],
  ['minAvailable reached', { minAvailable: 3 }, ready(3), 0, 0, 3],
  ['minAvailable not reached', { minAvailable: 5 }, ready(3), 0, 0, 5],
  ['minAvailable in percent rounds up', { minAvailable: '50%' }, ready(5), 5, 2, 3],
  ['maxUnavailable', { maxUnavailable: 1 }, ready(3), 3, 1, 2],
  ['maxUnavailable counts what is missing', { maxUnavailable: 1 }, ready(2), 3, 0, 2],
  ['maxUnavailable in percent rounds up', { maxUnavailable: '30%' }, ready(5), 5, 2, 3],
  ['not ready ones are not healthy', { minAvailable: 1 }, [{}, {}, { ready: false }], 0, 1, 1],
  ['leaving ones are not healthy', { minAvailable: 1 }, [{}, { deleting: true }], 0, 0, 1],
  ['no pods', { maxUnavailable: 1 }, [], 0, 0, 0],
];
for (const [rule, spec, pods, scale, allowed, desired] of cases)
  test(rule, () => {
    const { status } = planBudget({ budget: aBudget(spec), pods: pods.map(aPod), scale, now: NOW });
    assert.deepEqual([status.disruptionsAllowed, status.desiredHealthy], [allowed, desired]);
    assert.equal(status.conditions?.[0]?.reason, allowed > 0 ? 'SufficientPods' : 'InsufficientPods');
    assert.equal(status.observedGeneration, 2);
  });

test('a granted eviction counts until its pod leaves or two minutes are over', () => {
  const disruptedPods = { a: '2026-01-01T00:59:00Z', b: '2026-01-01T00:57:00Z', gone: '2026-01-01T00:59:00Z' };
  const budget = aBudget(
    { minAvailable: 1 },
    { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, disruptedPods },
  );
  const pods = [aPod({ name: 'a' }), aPod({ name: 'b' }), aPod({ name: 'c' })];
  const plan = planBudget({ budget, pods, scale: 0, now: NOW });
  assert.deepEqual(plan.status.disruptedPods, { a: '2026-01-01T00:59:00Z' });
  assert.equal(plan.status.currentHealthy, 2);
  assert.equal(plan.recheckInMs, 60_000);
  assert.deepEqual(
    plan.notDeleted.map(({ metadata }) => metadata.name),
    ['b'],
  );
});

test('the scale is the deployments’, once each', () => {
  const deployment = aDeployment({ replicas: 4 });
  const sets = ['v1', 'v2'].map((version) => aReplicaSet(deployment, version, { replicas: 2 }));
  const pods = sets.flatMap(({ metadata: { name, uid = '' } }) =>
    [1, 2].map(() => aPod({ owner: { kind: 'ReplicaSet', name, uid } })),
  );
  const objects = [deployment, ...sets];
  const find = (_: string, { name, kind }: { name: string; kind: string }) =>
    kind === 'Job' ? null : objects.find(({ metadata }) => metadata.name === name);
  assert.deepEqual(expectedScale([...pods, aPod({ name: 'bare' })], { find }).scale, 4);
  assert.throws(
    () => expectedScale([aPod({ owner: { kind: 'Job', name: 'j', uid: 'j' } })], { find }),
    /Job j does not implement the scale subresource/,
  );
});

test('the status follows pods and deployments', async (t) => {
  const client = new FakeApiClient();
  const deployment = aDeployment({ replicas: 3 });
  const set = aReplicaSet(deployment, 'v1', { replicas: 3 });
  client.add(deploymentKind, deployment);
  client.add(replicaSetKind, set);
  const owner = { kind: 'ReplicaSet', name: set.metadata.name, uid: set.metadata.uid ?? '' };
  for (const name of ['a', 'b', 'c']) client.add(podKind, aPod({ name, owner }));
  const controllers = startControllers(client, ['disruption']);
  t.after(() => controllers.stop());
  client.add(podDisruptionBudgetKind, aBudget({ maxUnavailable: 1 }));
  const allowed = () => client.object(podDisruptionBudgetKind, 'default/web')?.status?.disruptionsAllowed;
  await eventually(() => assert.equal(allowed(), 1));
  client.remove(podKind, 'default/a');
  await eventually(() => assert.equal(allowed(), 0));
  client.change(deploymentKind, 'default/web', ({ spec }) => {
    spec.replicas = 2;
  });
  await eventually(() => assert.equal(allowed(), 1));
});
