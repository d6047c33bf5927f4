import assert from 'node:assert/strict';
import { test } from 'node:test';
import { podKind, replicationControllerKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aPod, aTemplate, startControllers, startFakeKubelet } from '../../testing/index.ts';

test('a ReplicationController makes, adopts and removes pods like a ReplicaSet', async (t) => {
  const client = new FakeApiClient();
  client.add(podKind, aPod({ name: 'orphan' }));
  const controllers = startControllers(client, ['replicationcontroller']);
  const stop = startFakeKubelet(client);
  t.after(async () => {
    stop();
    await controllers.stop();
  });
  client.add(replicationControllerKind, {
    metadata: { name: 'web', namespace: 'default', uid: 'rc-uid' },
    spec: { replicas: 3, selector: { app: 'web' }, template: aTemplate('v1') },
  });
  const status = () => client.object(replicationControllerKind, 'default/web')?.status;
  await eventually(() => assert.equal(status()?.availableReplicas, 3));
  const owners = client.objects(podKind).map(({ metadata }) => metadata.ownerReferences?.[0]);
  assert.deepEqual(
    owners.map((owner) => [owner?.apiVersion, owner?.kind, owner?.uid]),
    Array(3).fill(['v1', 'ReplicationController', 'rc-uid']),
  );
  assert.equal('terminatingReplicas' in (status() ?? {}), false);
  client.change(replicationControllerKind, 'default/web', ({ spec }) => {
    spec.replicas = 1;
  });
  await eventually(() => assert.equal(client.objects(podKind).length, 1));
});
