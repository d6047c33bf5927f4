import assert from 'node:assert/strict';
import { test } from 'node:test';
import { controllerRevisionKind, daemonSetKind, nodeKind, podKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aDaemonSet, aNode, aTemplate, makeReady, startControllers } from '../../testing/index.ts';
import { targetNode } from './daemon-pod.ts';

test('a pod on each node; a new template rolls out, keeps its history, and comes back', async (t) => {
  const client = new FakeApiClient();
  client.add(nodeKind, aNode('a'), aNode('b'));
  // Binds each pod to the node that it is meant for, and runs it there.
  const kubelet = setInterval(() => {
    for (const pod of client.objects(podKind)) {
      const key = `default/${pod.metadata.name}`;
      if (pod.metadata.deletionTimestamp !== undefined) client.remove(podKind, key);
      else if (!pod.spec.nodeName) {
        client.change(podKind, key, (next) => {
          next.spec.nodeName = targetNode(pod);
        });
        makeReady(client, client.object(podKind, key) ?? pod);
      }
    }
  }, 2);
  const controllers = startControllers(client, ['daemonset']);
  t.after(async () => {
    clearInterval(kubelet);
    await controllers.stop();
  });
  client.add(daemonSetKind, aDaemonSet());
  const status = () => client.object(daemonSetKind, 'default/agent')?.status;
  await eventually(() => assert.equal(status()?.numberAvailable, 2));
  assert.deepEqual(client.objects(podKind).map(targetNode).sort(), ['a', 'b']);

  client.add(nodeKind, aNode('c'));
  await eventually(() => assert.equal(status()?.numberAvailable, 3));

  client.change(daemonSetKind, 'default/agent', (daemonSet) => {
    daemonSet.spec.template = aTemplate('v2');
    daemonSet.metadata.generation = 2;
  });
  const images = () => client.objects(podKind).map(({ spec }) => spec.containers[0]?.image);
  await eventually(() => assert.deepEqual(images(), Array(3).fill('web:v2')));
  await eventually(() => {
    assert.equal(status()?.updatedNumberScheduled, 3);
    assert.equal(status()?.observedGeneration, 2);
  });
  const numbers = () =>
    client
      .objects(controllerRevisionKind)
      .map(({ revision }) => revision)
      .sort();
  assert.deepEqual(numbers(), [1, 2]);

  client.change(daemonSetKind, 'default/agent', ({ spec }) => {
    spec.template = aTemplate('v1');
  });
  await eventually(() => assert.deepEqual(images(), Array(3).fill('web:v1')));
  assert.deepEqual(numbers(), [2, 3]);

  client.remove(nodeKind, 'c');
  await eventually(() => assert.equal(status()?.desiredNumberScheduled, 2));
});
