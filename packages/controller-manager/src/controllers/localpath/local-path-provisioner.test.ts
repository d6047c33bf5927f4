import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  eventKind,
  nodeKind,
  type PersistentVolumeClaim,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  podKind,
  type StorageClass,
  storageClassKind,
} from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aNode, aPod, startControllers } from '../../testing/index.ts';
import { planLocalVolume } from './plan-local-volume.ts';

const storageClass: StorageClass = {
  metadata: { name: 'local-path' },
  provisioner: 'rancher.io/local-path',
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
};
const aClaim = (more: Partial<PersistentVolumeClaim['spec']> = {}, annotations = {}): PersistentVolumeClaim => ({
  metadata: { name: 'data', namespace: 'default', uid: 'u1', annotations },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
    storageClassName: 'local-path',
    ...more,
  },
});
const selected = { 'volume.kubernetes.io/selected-node': 'node-1' };
const plan = (claim: PersistentVolumeClaim, users = [aPod({ node: '' })], bindsAt = 'WaitForFirstConsumer') =>
  planLocalVolume({
    claim,
    users,
    storageClass: { ...storageClass, volumeBindingMode: bindsAt },
    nodeOf: (name) => (name === 'node-1' ? aNode(name, { labels: { 'kubernetes.io/hostname': 'host-1' } }) : undefined),
  });

test('a claim gets a folder of the node that was chosen, or that its pod is on', () => {
  assert.equal(plan(aClaim()).kind, 'none');
  assert.equal(plan(aClaim(), [], 'Immediate').kind, 'refuse');
  assert.equal(plan(aClaim({ volumeName: 'x' }, selected)).kind, 'none');
  assert.equal(plan(aClaim({ accessModes: ['ReadWriteMany'] }, selected)).kind, 'refuse');
  assert.equal(plan(aClaim(), [aPod({ node: 'node-1' })]).kind, 'create');
  const made = plan(aClaim({}, selected));
  assert.ok(made.kind === 'create');
  const { spec, metadata } = made.volume;
  assert.equal(metadata.name, 'pvc-u1');
  assert.deepEqual(spec.hostPath, {
    path: '/opt/local-path-provisioner/pvc-u1_default_data',
    type: 'DirectoryOrCreate',
  });
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms;
  assert.deepEqual(terms?.[0]?.matchExpressions?.[0]?.values, ['host-1']);
});

test('provisioned, bound, released, emptied and gone', async (t) => {
  const client = new FakeApiClient();
  client.add(storageClassKind, storageClass);
  client.add(nodeKind, aNode('node-1'));
  client.add(persistentVolumeClaimKind, aClaim());
  const controllers = startControllers(client, ['local-path-provisioner', 'persistentvolume-binder']);
  t.after(() => controllers.stop());
  const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }];
  client.add(podKind, aPod({ name: 'user', node: 'node-1', spec: { containers: [], volumes } }));
  const maker = await eventually(() => {
    const pod = client.object(podKind, 'kube-system/helper-pod-create-pvc-u1');
    assert.ok(pod);
    return pod;
  });
  assert.deepEqual(maker.spec.containers[0]?.command, ['mkdir', '-m', '0777', '-p', '/volumes/pvc-u1_default_data']);
  assert.equal(maker.spec.nodeName, 'node-1');
  assert.equal(client.objects(persistentVolumeKind).length, 0, 'no volume before its folder');
  client.change(podKind, 'kube-system/helper-pod-create-pvc-u1', (pod) => {
    pod.status = { phase: 'Succeeded' };
  });
  await eventually(() =>
    assert.equal(client.object(persistentVolumeClaimKind, 'default/data')?.status?.phase, 'Bound'),
  );
  await eventually(() => assert.equal(client.object(podKind, 'kube-system/helper-pod-create-pvc-u1'), undefined));
  await eventually(() => assert.ok(client.objects(eventKind).some(({ reason }) => reason === 'ProvisioningSucceeded')));
  client.remove(persistentVolumeClaimKind, 'default/data');
  const cleaner = await eventually(() => {
    const pod = client.object(podKind, 'kube-system/helper-pod-delete-pvc-u1');
    assert.ok(pod);
    return pod;
  });
  assert.deepEqual(cleaner.spec.containers[0]?.command, ['rm', '-rf', '/volumes/pvc-u1_default_data']);
  assert.ok(client.object(persistentVolumeKind, 'pvc-u1'), 'it stays until the folder is gone');
  client.change(podKind, 'kube-system/helper-pod-delete-pvc-u1', (pod) => {
    pod.status = { phase: 'Succeeded' };
  });
  await eventually(() => assert.equal(client.objects(persistentVolumeKind).length, 0));
  await eventually(() => assert.equal(client.object(podKind, 'kube-system/helper-pod-delete-pvc-u1'), undefined));
});
