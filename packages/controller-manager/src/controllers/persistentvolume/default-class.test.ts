import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type PersistentVolumeClaim,
  persistentVolumeClaimKind,
  type StorageClass,
  storageClassKind,
} from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { startControllers } from '../../testing/index.ts';
import { defaultClassFor } from './default-class.ts';

const claim = (spec: Partial<PersistentVolumeClaim['spec']> = {}, annotations = {}): PersistentVolumeClaim => ({
  metadata: { name: 'data', namespace: 'default', uid: 'u', annotations },
  spec: { accessModes: ['ReadWriteOnce'], ...spec },
});
const storageClass = (name: string, created: string, isDefault = 'true'): StorageClass => ({
  metadata: {
    name,
    creationTimestamp: created,
    annotations: { 'storageclass.kubernetes.io/is-default-class': isDefault },
  },
  provisioner: 'x',
});
const classes = [
  storageClass('old', '2026-01-01T00:00:00Z'),
  storageClass('new', '2026-01-02T00:00:00Z'),
  storageClass('other', '2026-01-03T00:00:00Z', 'false'),
];

test('a claim without a class gets the youngest default', () => {
  assert.equal(defaultClassFor(claim(), classes), 'new');
  assert.equal(defaultClassFor(claim(), classes.slice(2)), undefined);
  assert.equal(defaultClassFor(claim({ storageClassName: '' }), classes), undefined);
  assert.equal(defaultClassFor(claim({ storageClassName: 'old' }), classes), undefined);
  assert.equal(defaultClassFor(claim({ volumeName: 'v' }), classes), undefined);
  assert.equal(defaultClassFor(claim({}, { 'volume.beta.kubernetes.io/storage-class': 'x' }), classes), undefined);
});

test('also one that was there first', async (t) => {
  const client = new FakeApiClient();
  client.add(persistentVolumeClaimKind, claim());
  const controllers = startControllers(client, ['persistentvolume-binder']);
  t.after(() => controllers.stop());
  await eventually(() =>
    assert.equal(client.object(persistentVolumeClaimKind, 'default/data')?.status?.phase, 'Pending'),
  );
  client.add(storageClassKind, classes[0] as StorageClass);
  await eventually(() =>
    assert.equal(client.object(persistentVolumeClaimKind, 'default/data')?.spec.storageClassName, 'old'),
  );
});
