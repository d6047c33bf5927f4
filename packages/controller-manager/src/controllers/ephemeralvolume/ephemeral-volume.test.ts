import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PersistentVolumeClaim, type Pod, podKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { startControllers } from '../../testing/index.ts';

test("a pod's claims are made from their templates and owned by it", async (t) => {
  const client = new FakeApiClient();
  const controllers = startControllers(client, ['ephemeral-volume']);
  t.after(() => controllers.stop());
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  client.add(podKind, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'n', uid: 'u' },
    spec: {
      containers: [{ name: 'c', image: 'i' }],
      volumes: [
        { name: 'v', ephemeral: { volumeClaimTemplate: { metadata: { labels: { a: 'b' } }, spec } } },
        { name: 'other', emptyDir: {} },
      ],
    },
  } as unknown as Pod);
  await eventually(() => assert.equal(client.writes().length, 1));
  const [write] = client.writes();
  assert.ok(write);
  const { metadata, spec: made } = write.body as PersistentVolumeClaim;
  assert.deepEqual([metadata.name, metadata.namespace, metadata.labels, made], ['p-v', 'n', { a: 'b' }, spec]);
  const [owner] = metadata.ownerReferences ?? [];
  assert.deepEqual([owner?.kind, owner?.name, owner?.uid, owner?.controller], ['Pod', 'p', 'u', true]);
});
