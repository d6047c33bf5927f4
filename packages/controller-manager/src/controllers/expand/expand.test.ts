import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  eventKind,
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  type StorageClass,
  storageClassKind,
} from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { startControllers } from '../../testing/index.ts';
import { planExpansion } from './plan-expansion.ts';

const aClass = (allowVolumeExpansion: boolean): StorageClass => ({
  metadata: { name: 'local-path' },
  provisioner: 'rancher.io/local-path',
  allowVolumeExpansion,
});
const aClaim = (requested: string, phase = 'Bound', storageClassName = 'local-path'): PersistentVolumeClaim => ({
  metadata: { name: 'data', namespace: 'default', uid: 'u1' },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName,
    volumeName: 'v',
    resources: { requests: { storage: requested } },
  },
  status: { phase, capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] },
});
const aVolume = (spec: Partial<PersistentVolume['spec']> = {}): PersistentVolume => ({
  metadata: { name: 'v' },
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    hostPath: { path: '/x' },
    claimRef: { name: 'data', namespace: 'default', uid: 'u1' },
    ...spec,
  },
});
const csi = { driver: 'x.example.com', volumeHandle: 'h' };
const plans: [string, PersistentVolumeClaim, PersistentVolume | undefined, StorageClass | undefined, string][] = [
  ['more is wanted', aClaim('2Gi'), aVolume(), aClass(true), 'expand'],
  ['as much as there is', aClaim('1024Mi'), aVolume(), aClass(true), 'none'],
  ['less is wanted', aClaim('1Mi'), aVolume(), aClass(true), 'none'],
  ['not bound', aClaim('2Gi', 'Pending'), aVolume(), aClass(true), 'none'],
  ['the class forbids it', aClaim('2Gi'), aVolume(), aClass(false), 'none'],
  ['no class', aClaim('2Gi', 'Bound', ''), aVolume(), undefined, 'none'],
  ['the volume is gone', aClaim('2Gi'), undefined, aClass(true), 'none'],
  ['the volume of another', aClaim('2Gi'), aVolume({ claimRef: { uid: 'other' } }), aClass(true), 'none'],
  [
    'a driver’s volume',
    aClaim('2Gi'),
    { metadata: { name: 'v' }, spec: { ...aVolume().spec, hostPath: undefined as never, csi } },
    aClass(true),
    'external',
  ],
];
for (const [rule, claim, volume, storageClass, kind] of plans)
  test(`${rule}: ${kind}`, () => assert.equal(planExpansion({ claim, volume, storageClass }).kind, kind));

test('a claim grows with its volume, and says so', async (t) => {
  const client = new FakeApiClient();
  client.add(storageClassKind, aClass(true));
  client.add(persistentVolumeKind, aVolume());
  client.add(persistentVolumeClaimKind, aClaim('1Gi'));
  const controllers = startControllers(client, ['persistentvolume-expander']);
  t.after(() => controllers.stop());
  client.change(persistentVolumeClaimKind, 'default/data', (claim) => {
    claim.spec.resources = { requests: { storage: '3Gi' } };
  });
  const status = () => client.object(persistentVolumeClaimKind, 'default/data')?.status;
  await eventually(() => assert.deepEqual(status()?.capacity, { storage: '3Gi' }));
  assert.deepEqual(client.object(persistentVolumeKind, 'v')?.spec.capacity, { storage: '3Gi' });
  assert.deepEqual(status()?.conditions ?? [], []);
  await eventually(() => {
    const [event] = client.objects(eventKind);
    assert.equal(event?.reason, 'VolumeResizeSuccessful');
    assert.equal(event?.message, 'ExpandVolume succeeded for volume default/data');
  });
});
