import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PersistentVolumeClaim, Pod, StatefulSet } from '@coxswain/api';
import { aPod, aStatefulSet, type PodFixture, randomHistories } from '../../testing/index.ts';
import { POD_INDEX_LABEL, POD_NAME_LABEL, statefulPod } from './identity.ts';
import { planClaimOwners } from './plan-claim-owners.ts';
import { planStatefulSet, type StatefulAction } from './plan-stateful-set.ts';
import { statefulSetStatus } from './stateful-set-status.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const member = (ordinal: number, revision = 'r1', more: PodFixture = {}): Pod => {
  const name = `web-${ordinal}`;
  const labels = {
    app: 'web',
    'controller-revision-hash': revision,
    [POD_NAME_LABEL]: name,
    [POD_INDEX_LABEL]: String(ordinal),
  };
  return aPod({ name, labels, ...more });
};
const brief = (actions: readonly StatefulAction[]) =>
  actions.map((action) => `${action.kind} ${action.ordinal}${action.kind === 'create' ? ` ${action.revision}` : ''}`);
const plan = (set: StatefulSet, pods: Pod[], updateRevision = 'r1') =>
  brief(planStatefulSet({ set, pods, currentRevision: 'r1', updateRevision, now: NOW }));
const parallel = { podManagementPolicy: 'Parallel' };
const rolling = (rollingUpdate: object, more: Partial<StatefulSet['spec']> = {}) =>
  aStatefulSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate }, ...more });
const bad = { ready: false };

const cases: [rule: string, set: StatefulSet, pods: Pod[], actions: string[], update?: string][] = [
  ['the first first', aStatefulSet(), [], ['create 0 r1']],
  ['the next when the one below is ready', aStatefulSet(), [member(0)], ['create 1 r1']],
  ['not before', aStatefulSet(), [member(0, 'r1', bad)], []],
  ['a gap is filled first', aStatefulSet(), [member(0), member(2)], ['create 1 r1']],
  ['not before the one below has gone and come', aStatefulSet(), [member(0, 'r1', { deleting: true })], []],
  [
    'minReadySeconds holds the next',
    aStatefulSet({ minReadySeconds: 60 }),
    [member(0, 'r1', { readySince: '2026-01-01T00:59:30Z' })],
    [],
  ],
  ['parallel all at once', aStatefulSet(parallel), [], ['create 0 r1', 'create 1 r1', 'create 2 r1']],
  ['ordinals start where they are told', aStatefulSet({ ordinals: { start: 5 } }), [member(5)], ['create 6 r1']],
  ['one that ended is made anew', aStatefulSet(), [member(0), member(1, 'r1', { phase: 'Failed' })], ['recreate 1']],
  ['scale down from the top', aStatefulSet({ replicas: 1 }), [member(0), member(1), member(2)], ['scaleDown 2']],
  ['one at a time', aStatefulSet({ replicas: 1 }), [member(0), member(1), member(2, 'r1', { deleting: true })], []],
  ['not while one that stays is down', aStatefulSet({ replicas: 1 }), [member(0, 'r1', bad), member(1)], []],
  [
    'a condemned one waits for a lower unhealthy one',
    aStatefulSet({ replicas: 1 }),
    [member(0), member(1, 'r1', bad), member(2)],
    ['scaleDown 2'],
  ],
  [
    'parallel scale down',
    aStatefulSet({ ...parallel, replicas: 1 }),
    [member(0), member(1), member(2)],
    ['scaleDown 2', 'scaleDown 1'],
  ],
  ['strange names are nobody', aStatefulSet(), [aPod({ name: 'web-01' }), member(0)], ['create 1 r1']],
  ['update from the top', aStatefulSet(), [member(0), member(1), member(2)], ['update 2'], 'r2'],
  ['the next when it is back', aStatefulSet(), [member(0), member(1), member(2, 'r2')], ['update 1'], 'r2'],
  ['not while it is down', aStatefulSet(), [member(0), member(1), member(2, 'r2', bad)], [], 'r2'],
  ['partition', rolling({ partition: 2 }), [member(0), member(1), member(2, 'r2')], [], 'r2'],
  [
    'below the partition the old one comes back',
    rolling({ partition: 2 }),
    [member(0), member(2, 'r2')],
    ['create 1 r1'],
    'r2',
  ],
  ['above it the new one', rolling({ partition: 1 }), [member(0), member(2, 'r2')], ['create 1 r2'], 'r2'],
  ['OnDelete', aStatefulSet({ updateStrategy: { type: 'OnDelete' } }), [member(0), member(1), member(2)], [], 'r2'],
  ['maxUnavailable', rolling({ maxUnavailable: 2 }), [member(0), member(1), member(2)], ['update 2', 'update 1'], 'r2'],
  [
    'maxUnavailable counts what is down',
    rolling({ maxUnavailable: 2 }, parallel),
    [member(0), member(1), member(2, 'r2', bad)],
    ['update 1'],
    'r2',
  ],
  [
    'a parallel old one that ended goes once',
    rolling({}, parallel),
    [member(0), member(1), member(2, 'r1', { phase: 'Failed', ready: false })],
    ['recreate 2'],
    'r2',
  ],
  [
    'a parallel broken old one is replaced',
    rolling({}, parallel),
    [member(0), member(1), member(2, 'r1', bad)],
    ['update 2'],
    'r2',
  ],
];
for (const [rule, set, pods, actions, update] of cases)
  test(rule, () => assert.deepEqual(plan(set, pods, update), actions));

test('a pod has its name, host name, claims and revision', () => {
  const set = aStatefulSet({
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }],
  });
  const pod = statefulPod(set, 1, set.spec.template, 'r1');
  assert.equal(pod.metadata.name, 'web-1');
  assert.deepEqual(pod.metadata.labels, {
    app: 'web',
    'controller-revision-hash': 'r1',
    [POD_NAME_LABEL]: 'web-1',
    [POD_INDEX_LABEL]: '1',
  });
  assert.equal(pod.spec.hostname, 'web-1');
  assert.equal(pod.spec.subdomain, 'web');
  assert.deepEqual(pod.spec.volumes, [{ name: 'data', persistentVolumeClaim: { claimName: 'data-web-1' } }]);
});

test('retention: whose a claim is', () => {
  const claim: PersistentVolumeClaim = { metadata: { name: 'data-web-2', namespace: 'default' }, spec: {} };
  const owners = (whenDeleted: string, whenScaled: string, condemned: boolean, refs?: object[]) =>
    planClaimOwners({
      set: aStatefulSet({ persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled } }),
      claim: { ...claim, metadata: { ...claim.metadata, ...(refs ? { ownerReferences: refs as never } : {}) } },
      pod: member(2),
      condemned,
    })?.map(({ kind, name }) => `${kind}/${name}`);
  assert.equal(owners('Retain', 'Retain', true), undefined);
  assert.deepEqual(owners('Delete', 'Retain', false), ['StatefulSet/web']);
  assert.deepEqual(owners('Delete', 'Delete', true), ['Pod/web-2']);
  assert.equal(owners('Retain', 'Delete', false), undefined);
  const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'web-uid' };
  const other = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'x' };
  assert.equal(owners('Delete', 'Retain', false, [set]), undefined);
  assert.deepEqual(owners('Retain', 'Retain', false, [other, set]), ['ConfigMap/x']);
});

test('status counts by revision and completes a rollout', () => {
  const pods = [member(0), member(1, 'r2'), member(2, 'r2', bad)];
  const input = { set: aStatefulSet(), pods, currentRevision: 'r1', updateRevision: 'r2', now: NOW };
  assert.deepEqual(statefulSetStatus(input).status, {
    replicas: 3,
    readyReplicas: 2,
    availableReplicas: 2,
    currentReplicas: 1,
    updatedReplicas: 2,
    observedGeneration: 1,
    currentRevision: 'r1',
    updateRevision: 'r2',
    collisionCount: 0,
  });
  const done = statefulSetStatus({ ...input, pods: [0, 1, 2].map((ordinal) => member(ordinal, 'r2')) }).status;
  assert.deepEqual([done.currentRevision, done.currentReplicas], ['r2', 3]);
});

for (const [policy, max] of [
  ['OrderedReady', 1],
  ['OrderedReady', 2],
  ['Parallel', 1],
  ['Parallel', 3],
] as const) {
  test(`${policy} with maxUnavailable ${max}: random histories keep the promises and converge`, () => {
    randomHistories(40, (random) => {
      const set = rolling({ maxUnavailable: max }, { podManagementPolicy: policy, replicas: 4 });
      let pods: Pod[] = [];
      let revision = 'r1';
      let current = 'r1';
      for (let round = 0; round < 300; round++) {
        const settling = round > 150;
        if (!settling && random() < 0.05) revision = `r${1 + Math.floor(random() * 4)}`;
        if (!settling && random() < 0.05) set.spec.replicas = 1 + Math.floor(random() * 6);
        const input = { set, pods, currentRevision: current, updateRevision: revision, now: NOW };
        const isReady = (pod: Pod) => pod.status?.conditions?.[0]?.status === 'True' && !pod.metadata.deletionTimestamp;
        const down = Array.from({ length: set.spec.replicas ?? 1 }).filter(
          (_, i) => !pods.some((pod) => pod.metadata.name === `web-${i}` && isReady(pod)),
        ).length;
        const actions = planStatefulSet(input);
        if (policy === 'OrderedReady')
          assert.ok(
            actions.filter(({ kind }) => kind === 'create' || kind === 'scaleDown').length <= 1,
            'one at a time',
          );
        const broken = actions.filter((action) => action.kind === 'update' && isReady(action.pod)).length;
        assert.ok(broken === 0 || down + broken <= max, `round ${round}: ${down} down, ${broken} more`);
        for (const action of actions) {
          if (action.kind === 'create') {
            const name = `web-${action.ordinal}`;
            assert.ok(!pods.some(({ metadata }) => metadata.name === name), `${name} twice`);
            pods.push(member(action.ordinal, action.revision, bad));
          } else if (action.kind !== 'repair') action.pod.metadata.deletionTimestamp = 'now';
        }
        pods = pods.filter(({ metadata }) => !metadata.deletionTimestamp || random() < 0.5);
        for (const pod of pods) {
          const ready = settling ? isReady(pod) || random() < 0.5 : random() < 0.7;
          if (pod.status) pod.status.conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
        }
        current = statefulSetStatus({ ...input, pods }).status.currentRevision ?? current;
      }
      const expected = Array.from({ length: set.spec.replicas ?? 1 }, (_, i) => `web-${i} ${revision}`);
      const found = pods.map(({ metadata }) => `${metadata.name} ${metadata.labels?.['controller-revision-hash']}`);
      assert.deepEqual(found.sort(), expected);
    });
  });
}
