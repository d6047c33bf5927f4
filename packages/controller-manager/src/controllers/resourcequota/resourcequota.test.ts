import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  configMapKind,
  type KubeObject,
  podKind,
  type ResourceQuota,
  resourceOf,
  resourceQuotaKind,
} from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aPod, aService, type PodFixture, startControllers } from '../../testing/index.ts';
import { planQuota } from './plan-quota.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const aQuota = (hard: Record<string, string>, more: Partial<ResourceQuota['spec']> = {}): ResourceQuota => ({
  metadata: { name: 'q', namespace: 'default', uid: 'q' },
  spec: { hard, ...more },
});
const container = (requests: Record<string, string>, limits: Record<string, string> = {}) => ({
  name: 'c',
  image: 'i',
  resources: { requests, limits },
});
const withResources = (requests: Record<string, string>, more: PodFixture = {}) =>
  aPod({ ...more, spec: { containers: [container(requests)], ...more.spec } });

function used(quota: ResourceQuota, objects: Record<string, KubeObject[]>): Record<string, string> | undefined {
  return planQuota({ quota, objects: new Map(Object.entries(objects)), mayLower: true, now: NOW }).used;
}

test('which objects a name is about', () => {
  const names = [
    'pods',
    'limits.memory',
    'requests.nvidia.com/gpu',
    'count/jobs.batch',
    'services.nodeports',
    'requests.storage',
    'gold.storageclass.storage.k8s.io/requests.storage',
    'secrets',
    'nonsense',
  ];
  assert.deepEqual(names.map(resourceOf), [
    'pods',
    'pods',
    'pods',
    'jobs.batch',
    'services',
    'persistentvolumeclaims',
    'persistentvolumeclaims',
    'secrets',
    undefined,
  ]);
});

test('pods: what runs counts, what ended only as an object', () => {
  const pods = [
    withResources({ cpu: '500m', memory: '1Gi' }),
    withResources({ cpu: '1', memory: '1Gi' }, { phase: 'Succeeded' }),
    aPod({
      spec: {
        containers: [container({ cpu: '100m' }, { cpu: '200m' })],
        initContainers: [
          { ...container({ cpu: '50m' }), name: 'side', restartPolicy: 'Always' },
          { ...container({ cpu: '1' }), name: 'init' },
        ],
        overhead: { cpu: '10m' },
      },
    }),
  ];
  const hard = {
    pods: '10',
    'count/pods': '10',
    cpu: '4',
    'requests.cpu': '4',
    'requests.memory': '4Gi',
    'limits.cpu': '4',
  };
  assert.deepEqual(used(aQuota(hard), { pods }), {
    pods: '2',
    'count/pods': '3',
    cpu: '1560m',
    'requests.cpu': '1560m',
    'requests.memory': '1Gi',
    'limits.cpu': '210m',
  });
});

const scoped: [scope: string, counted: number][] = [
  ['Terminating', 1],
  ['NotTerminating', 2],
  ['BestEffort', 2],
  ['NotBestEffort', 1],
];
for (const [scope, counted] of scoped)
  test(`scope ${scope}`, () => {
    const pods = [withResources({ cpu: '1' }), aPod({ spec: { activeDeadlineSeconds: 5 } }), aPod()];
    assert.deepEqual(used(aQuota({ pods: '9' }, { scopes: [scope] }), { pods }), { pods: String(counted) });
  });

test('scope of a priority class', () => {
  const pods = [aPod({ spec: { priorityClassName: 'high' } }), aPod({ spec: { priorityClassName: 'low' } }), aPod()];
  const of = (operator: string, ...values: string[]) =>
    used(
      aQuota(
        { pods: '9' },
        { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator, values }] } },
      ),
      { pods },
    )?.['pods'];
  assert.deepEqual([of('In', 'high'), of('NotIn', 'high'), of('Exists'), of('DoesNotExist')], ['1', '2', '2', '1']);
});

test('services and claims', () => {
  const ports = [{ port: 1 }, { port: 2 }];
  const services = [aService(), aService({ type: 'NodePort', ports }), aService({ type: 'LoadBalancer', ports })];
  assert.deepEqual(
    used(aQuota({ services: '9', 'services.nodeports': '9', 'services.loadbalancers': '9' }), { services }),
    {
      services: '3',
      'services.nodeports': '4',
      'services.loadbalancers': '1',
    },
  );
  const persistentvolumeclaims = ['gold', 'iron'].map((storageClassName) => ({
    metadata: { name: storageClassName },
    spec: { storageClassName, resources: { requests: { storage: '2Gi' } } },
  }));
  const gold = 'gold.storageclass.storage.k8s.io/requests.storage';
  assert.deepEqual(
    used(aQuota({ 'requests.storage': '9Gi', [gold]: '9Gi', persistentvolumeclaims: '5' }), { persistentvolumeclaims }),
    {
      'requests.storage': '4Gi',
      [gold]: '2Gi',
      persistentvolumeclaims: '2',
    },
  );
});

test('what admission charged is lowered only when something went', () => {
  const quota = { ...aQuota({ pods: '9' }), status: { hard: { pods: '9' }, used: { pods: '3' } } };
  const objects = new Map([['pods', [aPod()]]]);
  assert.equal(planQuota({ quota, objects, mayLower: false, now: NOW }).used?.['pods'], '3');
  assert.equal(planQuota({ quota, objects, mayLower: true, now: NOW }).used?.['pods'], '1');
});

test('usage follows what comes and goes', async (t) => {
  const client = new FakeApiClient();
  client.add(podKind, aPod({ name: 'a' }));
  const controllers = startControllers(client, ['resourcequota']);
  t.after(() => controllers.stop());
  client.add(resourceQuotaKind, aQuota({ pods: '5', 'count/configmaps': '5' }));
  const status = () => client.object(resourceQuotaKind, 'default/q')?.status;
  await eventually(() =>
    assert.deepEqual(status(), {
      hard: { pods: '5', 'count/configmaps': '5' },
      used: { pods: '1', 'count/configmaps': '0' },
    }),
  );
  client.add(configMapKind, { metadata: { name: 'm', namespace: 'default' } });
  client.add(podKind, aPod({ name: 'b' }));
  await eventually(() => assert.deepEqual(status()?.used, { pods: '2', 'count/configmaps': '1' }));
  client.remove(podKind, 'default/a');
  client.remove(configMapKind, 'default/m');
  await eventually(() => assert.deepEqual(status()?.used, { pods: '1', 'count/configmaps': '0' }));
});
