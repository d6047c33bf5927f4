import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  podKind,
  type StorageClass,
} from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aPod, startControllers } from '../../testing/index.ts';
import { PROVISIONED_BY } from './annotations.ts';
import { planClaim } from './plan-claim.ts';
import { planVolume } from './plan-volume.ts';

const aClaim = (
  spec: Partial<PersistentVolumeClaim['spec']> = {},
  metadata: Partial<PersistentVolumeClaim['metadata']> = {},
): PersistentVolumeClaim => ({
  metadata: { name: 'data', namespace: 'default', uid: 'claim-uid', ...metadata },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '2Gi' } },
    storageClassName: 'slow',
    ...spec,
  },
});
const aVolume = (
  name: string,
  spec: Partial<PersistentVolume['spec']> = {},
  metadata: Partial<PersistentVolume['metadata']> = {},
): PersistentVolume => ({
  metadata: { name, uid: `${name}-uid`, ...metadata },
  spec: {
    accessModes: ['ReadWriteOnce'],
    capacity: { storage: '5Gi' },
    storageClassName: 'slow',
    persistentVolumeReclaimPolicy: 'Retain',
    ...spec,
  },
  status: { phase: 'Available' },
});
const classes: StorageClass[] = [
  { metadata: { name: 'slow' }, provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'Immediate' },
  { metadata: { name: 'late' }, provisioner: 'x', volumeBindingMode: 'WaitForFirstConsumer' },
  { metadata: { name: 'fast' }, provisioner: 'example.com/fast', volumeBindingMode: 'Immediate' },
];
const ours = { namespace: 'default', name: 'data', uid: 'claim-uid' };
const theirs = { namespace: 'default', name: 'other', uid: 'other-uid' };
const bound = { annotations: { [BIND_COMPLETED]: 'yes' } };

const cases: [rule: string, claim: PersistentVolumeClaim, volumes: PersistentVolume[], expected: string][] = [
  [
    'the smallest that is large enough',
    aClaim(),
    [
      aVolume('big', { capacity: { storage: '9Gi' } }),
      aVolume('fit'),
      aVolume('tiny', { capacity: { storage: '1Gi' } }),
    ],
    'bind fit',
  ],
  ['of its class', aClaim(), [aVolume('a', { storageClassName: 'fast' })], 'pending '],
  ['with its access modes', aClaim({ accessModes: ['ReadWriteMany'] }), [aVolume('a')], 'pending '],
  ['of its mode', aClaim({ volumeMode: 'Block' }), [aVolume('a')], 'pending '],
  [
    'by its selector',
    aClaim({ selector: { matchLabels: { disk: 'x' } } }),
    [aVolume('a'), aVolume('b', { capacity: { storage: '99Gi' } }, { labels: { disk: 'x' } })],
    'bind b',
  ],
  [
    'set apart for it',
    aClaim(),
    [aVolume('a'), aVolume('b', { capacity: { storage: '99Gi' }, claimRef: { namespace: 'default', name: 'data' } })],
    'bind b',
  ],
  ['not one of another', aClaim(), [aVolume('a', { claimRef: theirs })], 'pending '],
  ['asked for by name', aClaim({ volumeName: 'a' }), [aVolume('a')], 'bind a'],
  [
    'asked for by name but taken',
    aClaim({ volumeName: 'a' }),
    [aVolume('a', { claimRef: theirs })],
    'pending FailedBinding',
  ],
  [
    'asked for by name but too small',
    aClaim({ volumeName: 'a' }),
    [aVolume('a', { capacity: { storage: '1Gi' } })],
    'pending VolumeMismatch',
  ],
  [
    'asked for by name but of another class',
    aClaim({ volumeName: 'a', storageClassName: '' }),
    [aVolume('a')],
    'pending VolumeMismatch',
  ],
  ['asked for by name but not there yet', aClaim({ volumeName: 'z' }), [aVolume('a')], 'pending '],
  [
    'not before its first consumer',
    aClaim({ storageClassName: 'late' }),
    [aVolume('a', { storageClassName: 'late' })],
    'pending WaitForFirstConsumer',
  ],
  ['by a provisioner', aClaim({ storageClassName: 'fast' }), [], 'provision ExternalProvisioning'],
  ['of no class', aClaim({ storageClassName: '' }), [], 'pending FailedBinding'],
  ['of an unknown class', aClaim({ storageClassName: 'what' }), [], 'pending ProvisioningFailed'],
  ['bound already', aClaim({ volumeName: 'a' }, bound), [aVolume('a', { claimRef: ours })], 'bind a'],
  ['bound, volume gone', aClaim({ volumeName: 'a' }, bound), [], 'lost ClaimLost'],
  [
    'bound, volume of another',
    aClaim({ volumeName: 'a' }, bound),
    [aVolume('a', { claimRef: theirs })],
    'lost ClaimMisbound',
  ],
];
for (const [rule, claim, volumes, expected] of cases)
  test(`claim: ${rule}`, () => {
    const plan = planClaim({ claim, volumes, classes });
    const detail = plan.kind === 'bind' ? plan.volume.metadata.name : (plan.event?.reason ?? '');
    assert.equal(`${plan.kind} ${detail}`, expected);
  });

const phases: [rule: string, volume: PersistentVolume, claim: PersistentVolumeClaim | undefined, expected: object][] = [
  ['free', aVolume('a'), undefined, { kind: 'phase', phase: 'Available' }],
  [
    'set apart',
    aVolume('a', { claimRef: { namespace: 'default', name: 'data' } }),
    undefined,
    { kind: 'phase', phase: 'Available' },
  ],
  ['bound', aVolume('a', { claimRef: ours }), aClaim({ volumeName: 'a' }), { kind: 'phase', phase: 'Bound' }],
  ['being bound', aVolume('a', { claimRef: ours }), aClaim(), { kind: 'none' }],
  ['claim gone', aVolume('a', { claimRef: ours }), undefined, { kind: 'phase', phase: 'Released' }],
  [
    'claim made anew',
    aVolume('a', { claimRef: ours }),
    aClaim({}, { uid: 'new' }),
    { kind: 'phase', phase: 'Released' },
  ],
  [
    'claim gone, provisioner deletes',
    aVolume(
      'a',
      { claimRef: ours, persistentVolumeReclaimPolicy: 'Delete' },
      { annotations: { [PROVISIONED_BY]: 'x' } },
    ),
    undefined,
    { kind: 'phase', phase: 'Released' },
  ],
  [
    'claim gone, nobody deletes',
    aVolume('a', { claimRef: ours, persistentVolumeReclaimPolicy: 'Delete' }),
    undefined,
    { phase: 'Failed' },
  ],
  [
    'claim took another',
    aVolume('a', { claimRef: ours }, { annotations: { [BOUND_BY_CONTROLLER]: 'yes' } }),
    aClaim({ volumeName: 'b' }),
    { kind: 'unbind' },
  ],
  ['set apart, claim took another', aVolume('a', { claimRef: ours }), aClaim({ volumeName: 'b' }), { kind: 'unbind' }],
  [
    'made for the claim, which took another',
    aVolume(
      'a',
      { claimRef: ours, persistentVolumeReclaimPolicy: 'Delete' },
      { annotations: { [PROVISIONED_BY]: 'x' } },
    ),
    aClaim({ volumeName: 'b' }),
    { kind: 'phase', phase: 'Released' },
  ],
];
for (const [rule, volume, claim, expected] of phases)
  test(`volume: ${rule}`, () => assert.partialDeepStrictEqual(planVolume(volume, claim), expected));

test('a claim stays while a pod uses it; then its volume is released', async (t) => {
  const client = new FakeApiClient();
  client.add(persistentVolumeKind, aVolume('a'));
  client.add(
    podKind,
    aPod({ name: 'user', spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] } }),
  );
  const controllers = startControllers(client, ['persistentvolume-binder', 'pvc-protection', 'pv-protection']);
  t.after(() => controllers.stop());
  client.add(persistentVolumeClaimKind, aClaim());
  const claim = () => client.object(persistentVolumeClaimKind, 'default/data');
  const volume = () => client.object(persistentVolumeKind, 'a');
  await eventually(() => {
    assert.equal(claim()?.status?.phase, 'Bound');
    assert.deepEqual(claim()?.status?.capacity, { storage: '5Gi' });
    assert.deepEqual(claim()?.metadata.finalizers, ['kubernetes.io/pvc-protection']);
    assert.deepEqual(volume()?.metadata.finalizers, ['kubernetes.io/pv-protection']);
  });
  await client.resource(persistentVolumeClaimKind).delete('data', { namespace: 'default' });
  await client.resource(persistentVolumeKind).delete('a');
  assert.ok(claim());
  client.remove(podKind, 'default/user');
  await eventually(() => assert.equal(claim(), undefined));
  await eventually(() => assert.equal(volume(), undefined));
});
