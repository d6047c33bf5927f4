import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventKind, persistentVolumeClaimKind, podKind, statefulSetKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aStatefulSet, aTemplate, startControllers, startFakeKubelet } from '../../testing/index.ts';

test('comes up in order with claims, rolls out from the top, scales down and gives claims to their pods', async (t) => {
  const client = new FakeApiClient();
  const controllers = startControllers(client, ['statefulset']);
  const stop = startFakeKubelet(client);
  t.after(async () => {
    stop();
    await controllers.stop();
  });
  client.add(
    statefulSetKind,
    aStatefulSet({
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'] } }],
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' },
    }),
  );
  const status = () => client.object(statefulSetKind, 'default/web')?.status;
  const creations = () => client.writes().filter(({ verb, resource }) => verb === 'create' && resource === 'pods');
  await eventually(() => assert.equal(status()?.availableReplicas, 3));
  assert.deepEqual(
    creations().map(({ name }) => name),
    ['web-0', 'web-1', 'web-2'],
  );
  const claims = () =>
    client
      .objects(persistentVolumeClaimKind)
      .map(({ metadata }) => metadata.name)
      .sort();
  assert.deepEqual(claims(), ['data-web-0', 'data-web-1', 'data-web-2']);
  assert.equal(status()?.currentRevision, status()?.updateRevision);

  client.change(statefulSetKind, 'default/web', (set) => {
    set.spec.template = aTemplate('v2');
    set.metadata.generation = 2;
  });
  await eventually(() => {
    assert.equal(status()?.observedGeneration, 2);
    assert.equal(status()?.updatedReplicas, 3);
    assert.equal(status()?.currentRevision, status()?.updateRevision);
  });
  assert.deepEqual(
    creations()
      .slice(3)
      .map(({ name }) => name),
    ['web-2', 'web-1', 'web-0'],
  );

  client.change(statefulSetKind, 'default/web', ({ spec }) => {
    spec.replicas = 1;
  });
  await eventually(() => assert.equal(client.objects(podKind).length, 1));
  const owner = client.object(persistentVolumeClaimKind, 'default/data-web-2')?.metadata.ownerReferences?.[0];
  assert.deepEqual([owner?.kind, owner?.name], ['Pod', 'web-2']);
  await eventually(() => {
    const messages = client.objects(eventKind).map(({ message }) => message);
    assert.ok(messages.includes('create Pod web-0 in StatefulSet web successful'));
    assert.ok(messages.includes('create Claim data-web-0 Pod web-0 in StatefulSet web success'));
    assert.ok(messages.includes('delete Pod web-2 in StatefulSet web successful'));
  });
});
