import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Deployment, deploymentKind, eventKind, podKind, replicaSetKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aDeployment, aTemplate, startControllers, startFakeKubelet } from '../../testing/index.ts';

const KEY = 'default/web';

function cluster() {
  const client = new FakeApiClient();
  const controllers = startControllers(client, ['deployment', 'replicaset']);
  const stopKubelet = startFakeKubelet(client);
  return {
    client,
    deployment: () => client.object(deploymentKind, KEY),
    replicaSets: () => client.objects(replicaSetKind),
    images: () =>
      client
        .objects(podKind)
        .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
        .map(({ spec }) => spec.containers[0]?.image),
    async complete(image: string, replicas: number) {
      await eventually(() => {
        const { status, metadata } = client.object(deploymentKind, KEY) ?? { metadata: {} as never };
        assert.equal(status?.observedGeneration, metadata.generation);
        assert.equal(status?.updatedReplicas, replicas);
        assert.equal(status?.availableReplicas, replicas);
        assert.equal(status?.replicas, replicas);
        assert.deepEqual(this.images(), Array(replicas).fill(image));
      });
    },
    async stop() {
      stopKubelet();
      await controllers.stop();
    },
  };
}

test('a Deployment becomes a ReplicaSet and its pods', async (t) => {
  const c = cluster();
  t.after(() => c.stop());
  c.client.add(deploymentKind, aDeployment());
  await c.complete('web:v1', 3);

  const [replicaSet] = c.replicaSets();
  const hash = replicaSet?.metadata.labels?.['pod-template-hash'] ?? '';
  assert.equal(replicaSet?.metadata.name, `web-${hash}`);
  assert.equal(replicaSet?.spec.selector.matchLabels?.['pod-template-hash'], hash);
  assert.equal(replicaSet?.metadata.annotations?.['deployment.kubernetes.io/desired-replicas'], '3');
  assert.equal(replicaSet?.metadata.annotations?.['deployment.kubernetes.io/max-replicas'], '4');
  for (const { metadata } of c.client.objects(podKind)) {
    assert.match(metadata.name, new RegExp(`^web-${hash}-[a-z0-9]{5}$`));
    assert.equal(metadata.labels?.['pod-template-hash'], hash);
  }
  assert.equal(c.deployment()?.metadata.annotations?.['deployment.kubernetes.io/revision'], '1');
  await eventually(() => {
    const conditions = Object.fromEntries((c.deployment()?.status?.conditions ?? []).map((at) => [at.type, at]));
    assert.equal(conditions['Progressing']?.reason, 'NewReplicaSetAvailable');
    assert.equal(conditions['Progressing']?.message, `ReplicaSet "web-${hash}" has successfully progressed.`);
    assert.equal(conditions['Available']?.reason, 'MinimumReplicasAvailable');
  });
  await eventually(() => {
    const messages = c.client.objects(eventKind).map(({ reason, message }) => `${reason}: ${message}`);
    assert.ok(messages.includes(`ScalingReplicaSet: Scaled up replica set web-${hash} from 0 to 3`), messages.join());
    assert.equal(messages.filter((text) => text.startsWith('SuccessfulCreate: Created pod: web-')).length, 3);
  });
});

test('a status is written upon the annotations that the revision was just set in', async (t) => {
  const c = cluster();
  t.after(() => c.stop());
  c.client.add(deploymentKind, aDeployment());
  await c.complete('web:v1', 3);
  const revisions = c.client
    .writes()
    .filter(({ resource, subresource }) => resource === 'deployments' && subresource === 'status')
    .map(({ body }) => (body as Deployment).metadata.annotations?.['deployment.kubernetes.io/revision']);
  assert.deepEqual([...new Set(revisions)], ['1']);
});

test('a rollout replaces the pods, undo takes the old ReplicaSet again with a new revision, scale follows', async (t) => {
  const c = cluster();
  t.after(() => c.stop());
  c.client.add(deploymentKind, aDeployment());
  await c.complete('web:v1', 3);
  const first = c.replicaSets()[0]?.metadata.name;

  const patch = (spec: object) =>
    c.client.resource(deploymentKind).patch('web', { type: 'merge', body: { spec } }, { namespace: 'default' });
  await patch({ template: { spec: aTemplate('v2').spec } });
  await c.complete('web:v2', 3);
  assert.equal(c.deployment()?.metadata.annotations?.['deployment.kubernetes.io/revision'], '2');
  assert.deepEqual(
    c
      .replicaSets()
      .map(({ spec }) => spec.replicas)
      .sort(),
    [0, 3],
  );

  await patch({ template: { spec: aTemplate('v1').spec } });
  await c.complete('web:v1', 3);
  assert.equal(c.replicaSets().length, 2);
  const reused = c.replicaSets().find(({ metadata }) => metadata.name === first);
  assert.equal(reused?.metadata.annotations?.['deployment.kubernetes.io/revision'], '3');
  assert.equal(reused?.metadata.annotations?.['deployment.kubernetes.io/revision-history'], '1');
  await eventually(() =>
    assert.equal(c.deployment()?.metadata.annotations?.['deployment.kubernetes.io/revision'], '3'),
  );

  await patch({ replicas: 5 });
  await c.complete('web:v1', 5);
  await patch({ replicas: 0 });
  await c.complete('web:v1', 0);
});

test('Recreate never has old and new pods side by side', async (t) => {
  const c = cluster();
  t.after(() => c.stop());
  c.client.add(deploymentKind, aDeployment({ strategy: { type: 'Recreate' } }));
  await c.complete('web:v1', 3);
  let mixed = false;
  c.client.react('create', 'pods', () => {
    mixed ||= c.client.objects(podKind).some(({ spec }) => spec.containers[0]?.image === 'web:v1');
    return undefined;
  });
  const body = { spec: { template: { spec: aTemplate('v2').spec } } };
  await c.client.resource(deploymentKind).patch('web', { type: 'merge', body }, { namespace: 'default' });
  await c.complete('web:v2', 3);
  assert.equal(mixed, false);
});

test('history beyond revisionHistoryLimit goes', async (t) => {
  const c = cluster();
  t.after(() => c.stop());
  c.client.add(deploymentKind, aDeployment({ revisionHistoryLimit: 1, replicas: 1 }));
  for (const version of ['v1', 'v2', 'v3', 'v4']) {
    const body = { spec: { template: { spec: aTemplate(version).spec } } };
    await c.client.resource(deploymentKind).patch('web', { type: 'merge', body }, { namespace: 'default' });
    await c.complete(`web:${version}`, 1);
  }
  await eventually(() => assert.equal(c.replicaSets().length, 2));
});
