import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigMap, Deployment, PodDisruptionBudget } from '@coxswain/api';
import { eventually } from '@coxswain/foundation/testing';
import { isReady, PodCensus } from '../pod-census.ts';
import { cronJob, deployment, podDisruptionBudget } from '../workload-manifests.ts';
import { SETTLED, type World } from './world.ts';

const refusals: [what: string, manifest: string, message: RegExp][] = [
  [
    'a selector that does not match the template',
    deployment('bad', 1).replace('{matchLabels: {app: bad}}', '{matchLabels: {app: other}}'),
    /^The Deployment "bad" is invalid: spec\.template\.metadata\.labels: Invalid value: .*`selector` does not match template `labels`/,
  ],
  [
    'negative replicas',
    deployment('bad', -1),
    /^The Deployment "bad" is invalid: spec\.replicas: Invalid value: -1: must be greater than or equal to 0/,
  ],
  [
    'a schedule that nobody can read',
    cronJob('bad', 'every day'),
    /^The CronJob "bad" is invalid: spec\.schedule: Invalid value: "every day": expected exactly 5 fields, found 2: \[every day\]/,
  ],
];

const quota = `
apiVersion: v1
kind: ResourceQuota
metadata: {name: few, namespace: narrow}
spec: {hard: {pods: "1"}}
`;

const owned = (name: string, owner: string, uid: string) => `
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: ${owner}, uid: ${uid}, blockOwnerDeletion: true}]
`;

/** Objects that can't be, or can't work: upstream's errors, conditions and events. */
export function badObjectCases(world: () => World): void {
  const events = async (args: readonly string[]): Promise<string> =>
    world().kubectl.run(['get', 'events', ...args, '-o', 'custom-columns=R:.reason,M:.message']);

  for (const [what, manifest, message] of refusals)
    test(`refused: ${what}`, async () => {
      const { code, stderr } = await world().kubectl.try(['apply', '-f', '-'], { input: manifest });
      assert.match(stderr, message);
      assert.equal(code, 1);
    });

  test('two Deployments with one selector keep to their own pods', async () => {
    const { kubectl, nodes } = world();
    const second = deployment('twin', 2).replace('metadata: {name: twin}', 'metadata: {name: twin-2}');
    await kubectl.apply('default', deployment('twin', 2));
    await kubectl.apply('default', second);
    const census = new PodCensus(nodes);
    await eventually(() => assert.equal(census.of('default', 'twin').filter(isReady).length, 4), SETTLED);
    await kubectl.run(['scale', 'deployment/twin', '--replicas=0']);
    await eventually(() => {
      const left = census.of('default', 'twin').map(({ metadata }) => metadata.ownerReferences?.[0]?.name ?? '');
      assert.deepEqual(
        left.map((name) => name.replace(/-[^-]+$/, '')),
        ['twin-2', 'twin-2'],
      );
    }, SETTLED);
    await kubectl.run(['delete', 'deployment', 'twin', 'twin-2']);
  });

  test('a quota that is exceeded: the Deployment says why it lacks pods', async () => {
    const { kubectl } = world();
    await kubectl.run(['create', 'namespace', 'narrow']);
    await kubectl.apply('narrow', quota);
    await eventually(
      async () => assert.match(await kubectl.run(['-n', 'narrow', 'get', 'quota', 'few', '-o', 'yaml']), /used:/),
      SETTLED,
    );
    await kubectl.apply('narrow', deployment('many', 3));
    const words =
      /pods "many-[^"]+" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1/;
    await eventually(async () => {
      const { status } = await kubectl.json<Deployment>(['-n', 'narrow', 'get', 'deployment', 'many']);
      const failure = status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
      assert.equal(failure?.reason, 'FailedCreate');
      assert.match(failure?.message ?? '', words);
      assert.equal(status?.replicas, 1);
    }, SETTLED);
    await eventually(
      async () =>
        assert.match(await events(['-n', 'narrow']), new RegExp(`FailedCreate +Error creating: ${words.source}`)),
      SETTLED,
    );
    await kubectl.run(['delete', 'namespace', 'narrow', '--wait=false']);
  });

  test('owners in a circle go together', async () => {
    const { kubectl } = world();
    await kubectl.run(['create', 'configmap', 'chicken']);
    const { metadata: chicken } = await kubectl.json<ConfigMap>(['get', 'configmap', 'chicken']);
    await kubectl.apply('default', owned('egg', 'chicken', chicken.uid ?? ''));
    const { metadata: egg } = await kubectl.json<ConfigMap>(['get', 'configmap', 'egg']);
    await kubectl.apply('default', owned('chicken', 'egg', egg.uid ?? ''));
    await kubectl.run(['delete', 'configmap', 'chicken', '--cascade=foreground', '--timeout=30s']);
    await kubectl.run(['wait', '--for=delete', 'configmap/egg', '--timeout=30s']);
  });

  test('an owner of another namespace is told apart, and what it would own goes', async () => {
    const { kubectl } = world();
    const { metadata } = await kubectl.json<ConfigMap>([
      '-n',
      'kube-system',
      'get',
      'configmap',
      'extension-apiserver-authentication',
    ]);
    await kubectl.apply('default', owned('stranger', 'extension-apiserver-authentication', metadata.uid ?? ''));
    await eventually(
      async () =>
        assert.match(
          await events(['--field-selector=involvedObject.name=stranger']),
          /OwnerRefInvalidNamespace +ownerRef \[.*\] does not exist in namespace "default"/,
        ),
      SETTLED,
    );
  });

  test('a PodDisruptionBudget on nothing allows nothing and says so', async () => {
    const { kubectl } = world();
    await kubectl.apply('default', podDisruptionBudget('nothing', 1));
    await eventually(async () => {
      const { status } = await kubectl.json<PodDisruptionBudget>(['get', 'pdb', 'nothing']);
      assert.equal(status?.disruptionsAllowed, 0);
      assert.equal(status?.conditions?.[0]?.reason, 'InsufficientPods');
    }, SETTLED);
    await eventually(
      async () =>
        assert.match(await events(['--field-selector=involvedObject.name=nothing']), /NoPods +No matching pods found/),
      SETTLED,
    );
    await kubectl.run(['delete', 'pdb', 'nothing']);
  });
}
