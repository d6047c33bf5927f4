import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PersistentVolume, PersistentVolumeClaim, Secret, TokenReview } from '@coxswain/api';
import { eventually } from '@coxswain/foundation/testing';
import { SETTLED, type World } from './world.ts';

const storage = `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: growing}
provisioner: kubernetes.io/no-provisioner
allowVolumeExpansion: true
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: folder}
spec:
  storageClassName: growing
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  hostPath: {path: /tmp/folder}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: grows}
spec:
  storageClassName: growing
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
`;

const token = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot}
---
apiVersion: v1
kind: Secret
type: kubernetes.io/service-account-token
metadata: {name: robot-token, annotations: {kubernetes.io/service-account.name: robot}}
`;

export function storageAndTokenCases(world: () => World): void {
  test('a bound claim grows where its class allows it', async () => {
    const { kubectl } = world();
    await kubectl.apply('default', storage);
    const claim = () => kubectl.json<PersistentVolumeClaim>(['get', 'pvc', 'grows']);
    await eventually(async () => assert.equal((await claim()).status?.phase, 'Bound'), SETTLED);
    await kubectl.run(['patch', 'pvc', 'grows', '-p', '{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}']);
    await eventually(async () => assert.equal((await claim()).status?.capacity?.['storage'], '2Gi'), SETTLED);
    const { spec } = await kubectl.json<PersistentVolume>(['get', 'pv', 'folder']);
    assert.equal(spec.capacity?.['storage'], '2Gi');
    await kubectl.run(['delete', 'pvc/grows', 'pv/folder', 'storageclass/growing', '--wait=false']);
  });

  test('a token in a Secret lets its account in, until the Secret goes', async () => {
    const { kubectl } = world();
    await kubectl.apply('default', token);
    const text = await eventually(async () => {
      const { data } = await kubectl.json<Secret>(['get', 'secret', 'robot-token']);
      assert.ok(data?.['token'] && data['ca.crt'] && data['namespace']);
      return Buffer.from(String(data['token']), 'base64').toString();
    }, SETTLED);
    const review = async (): Promise<TokenReview['status']> => {
      const input = JSON.stringify({
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        spec: { token: text },
      });
      const path = '/apis/authentication.k8s.io/v1/tokenreviews';
      return (JSON.parse(await kubectl.run(['create', '--raw', path, '-f', '-'], { input })) as TokenReview).status;
    };
    assert.equal((await review())?.user?.username, 'system:serviceaccount:default:robot');
    await eventually(
      async () =>
        assert.match(
          await kubectl.run(['get', 'secret', 'robot-token', '-o', 'yaml']),
          /kubernetes\.io\/legacy-token-last-used: "?\d{4}-\d\d-\d\d/,
        ),
      SETTLED,
    );
    await kubectl.run(['delete', 'serviceaccount', 'robot']);
    await eventually(async () => assert.notEqual((await review())?.authenticated, true), SETTLED);
    await kubectl.run(['wait', '--for=delete', 'secret/robot-token', '--timeout=30s']);
  });
}
