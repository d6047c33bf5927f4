import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deploymentKind, objectKey, type Pod, podKind } from '@coxswain/api';

import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { isPodActive, isPodReady } from '../../shared/pods.ts';
import { aDeployment, aTemplate, makeReady, startControllers } from '../../testing/index.ts';

const REPLICAS = 8;
const SURGE = 2;
const UNAVAILABLE = 1;

/** Pods become ready in any order and at any time; deleted ones linger. */
function startSlowKubelet(client: FakeApiClient): () => void {
  const timer = setInterval(() => {
    for (const pod of client.objects(podKind)) {
      if (Math.random() > 0.2) continue;
      if (pod.metadata.deletionTimestamp !== undefined) client.remove(podKind, objectKey(pod));
      else if (pod.status?.phase !== 'Running') makeReady(client, pod);
    }
  }, 2);
  return () => clearInterval(timer);
}

test('every single write of a rollout keeps to maxSurge and maxUnavailable, through changes of mind and restarts', async (t) => {
  const client = new FakeApiClient();
  let controllers = startControllers(client, ['deployment', 'replicaset']);
  const stop = startSlowKubelet(client);
  t.after(async () => {
    stop();
    await controllers.stop();
  });
  const rollingUpdate = { maxSurge: SURGE, maxUnavailable: UNAVAILABLE };
  client.add(deploymentKind, aDeployment({ replicas: REPLICAS, strategy: { type: 'RollingUpdate', rollingUpdate } }));
  const settled = (version: string) =>
    eventually(() => {
      const pods = client.objects(podKind).filter((pod) => isPodActive(pod) && isPodReady(pod));
      assert.deepEqual(
        pods.map(({ spec }) => spec.containers[0]?.image),
        Array(REPLICAS).fill(`web:${version}`),
      );
    });
  await settled('v1');

  const broken: string[] = [];
  const active = () => client.objects(podKind).filter(isPodActive);
  client.react('create', 'pods', () => {
    if (active().length + 1 > REPLICAS + SURGE) broken.push(`${active().length + 1} pods`);
    return undefined;
  });
  client.react('delete', 'pods', ({ name }) => {
    const left = active().filter((pod: Pod) => pod.metadata.name !== name && isPodReady(pod)).length;
    const victim = active().find((pod) => pod.metadata.name === name);
    if (victim && isPodReady(victim) && left < REPLICAS - UNAVAILABLE) broken.push(`${left} available`);
    return undefined;
  });
  for (const version of ['v2', 'v3', 'v1', 'v4']) {
    const body = { spec: { template: { spec: aTemplate(version).spec } } };
    await client.resource(deploymentKind).patch('web', { type: 'merge', body }, { namespace: 'default' });
    if (version === 'v3') {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await controllers.stop();
      controllers = startControllers(client, ['deployment', 'replicaset']);
    } else if (version !== 'v1') await settled(version);
  }
  await settled('v4');
  assert.deepEqual(broken, []);
});
