import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ingressClassKind,
  ingressKind,
  nodeKind,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  podKind,
  runtimeClassKind,
  storageClassKind,
} from '@coxswain/api';
import { creation, fakeClusterObjects } from '../testing/fake-cluster-objects.ts';
import { defaultIngressClass } from './default-ingress-class.ts';
import { defaultStorageClass } from './default-storage-class.ts';
import { persistentVolumeClaimResize } from './persistent-volume-claim-resize.ts';
import { runtimeClass } from './runtime-class.ts';
import { storageObjectInUseProtection } from './storage-object-in-use-protection.ts';
import { taintNodesByCondition } from './taint-nodes-by-condition.ts';

test('a new node is tainted until it is ready', () => {
  const node = { metadata: { name: 'n' }, spec: {} as { taints?: object[] } };
  taintNodesByCondition.mutate?.(creation(nodeKind, node));
  taintNodesByCondition.mutate?.(creation(nodeKind, node));
  assert.deepEqual(node.spec.taints, [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }]);
});

test('volumes and claims are held by finalizers', () => {
  const finalizersOf = (kind: object) => {
    const object = { metadata: { name: 'x', finalizers: ['mine/f'] } };
    storageObjectInUseProtection.mutate?.(creation(kind, object));
    return object.metadata.finalizers;
  };
  assert.deepEqual(finalizersOf(persistentVolumeKind), ['mine/f', 'kubernetes.io/pv-protection']);
  assert.deepEqual(finalizersOf(persistentVolumeClaimKind), ['mine/f', 'kubernetes.io/pvc-protection']);
  assert.deepEqual(finalizersOf(podKind), ['mine/f']);
});

const storageClass = (name: string, created: string, isDefault: boolean, more: object = {}) => ({
  metadata: {
    name,
    creationTimestamp: created,
    annotations: { 'storageclass.kubernetes.io/is-default-class': String(isDefault) },
  },
  ...more,
});

test('a claim gets the newest default class unless it says something, even nothing', () => {
  const plugin = defaultStorageClass(
    fakeClusterObjects([
      storageClassKind,
      storageClass('old', '2026-01-01T00:00:00Z', true),
      storageClass('new', '2026-02-01T00:00:00Z', true),
      storageClass('other', '2026-03-01T00:00:00Z', false),
    ]),
  );
  const classOf = (spec: object) => {
    const claim = { metadata: { name: 'c' }, spec };
    plugin.mutate?.(creation(persistentVolumeClaimKind, claim));
    return (claim.spec as PersistentVolumeClaim['spec']).storageClassName;
  };
  assert.equal(classOf({}), 'new');
  assert.equal(classOf({ storageClassName: '' }), '');
  assert.equal(classOf({ storageClassName: 'old' }), 'old');
});

test('an Ingress gets the newest default class unless it says something', () => {
  const ingressClass = (name: string, created: string, isDefault: string) => ({
    metadata: {
      name,
      creationTimestamp: created,
      annotations: { 'ingressclass.kubernetes.io/is-default-class': isDefault },
    },
  });
  const plugin = defaultIngressClass(
    fakeClusterObjects([
      ingressClassKind,
      ingressClass('old', '2026-01-01T00:00:00Z', 'true'),
      ingressClass('new', '2026-02-01T00:00:00Z', 'true'),
      ingressClass('other', '2026-03-01T00:00:00Z', 'false'),
    ]),
  );
  const classOf = (spec: object, annotations: Record<string, string> = {}) => {
    plugin.mutate?.(creation(ingressKind, { metadata: { name: 'i', annotations }, spec }));
    return (spec as { ingressClassName?: string }).ingressClassName;
  };
  assert.equal(classOf({}), 'new');
  assert.equal(classOf({ ingressClassName: 'old' }), 'old');
  assert.equal(classOf({}, { 'kubernetes.io/ingress.class': 'nginx' }), undefined);
});

test('claims grow where their class lets them', async () => {
  const plugin = persistentVolumeClaimResize(
    fakeClusterObjects([
      storageClassKind,
      storageClass('grows', '', false, { allowVolumeExpansion: true }),
      storageClass('stays', '', false),
    ]),
  );
  const claim = (storageClassName: string, storage: string, phase = 'Bound') => ({
    metadata: { name: 'c' },
    spec: { storageClassName, resources: { requests: { storage } } },
    status: { phase },
  });
  const grow = async (name: string, phase?: string) =>
    plugin.validate?.(
      creation(persistentVolumeClaimKind, claim(name, '2Gi'), {
        operation: 'UPDATE',
        oldObject: claim(name, '1Gi', phase) as never,
      }),
    );
  await grow('grows');
  await assert.rejects(grow('stays'), { message: /only dynamically provisioned pvc can be resized/ });
  await assert.rejects(grow('grows', 'Pending'), { message: /Only bound persistent volume claims can be expanded/ });
});

test('a runtime class says what a pod costs and where it runs', async () => {
  const sandboxed = {
    metadata: { name: 'sandboxed' },
    handler: 'kata',
    overhead: { podFixed: { cpu: '250m' } },
    scheduling: { nodeSelector: { kata: 'yes' }, tolerations: [{ key: 'kata', operator: 'Exists' }] },
  };
  const plugin = runtimeClass(fakeClusterObjects([runtimeClassKind, sandboxed, { metadata: { name: 'plain' } }]));
  const admit = async (spec: object) => {
    const pod = { metadata: { name: 'p' }, spec: { containers: [], ...spec } };
    await plugin.mutate?.(creation(podKind, pod));
    return pod.spec as unknown as Pod['spec'];
  };
  const { overhead, nodeSelector, tolerations } = await admit({
    runtimeClassName: 'sandboxed',
    nodeSelector: { a: 'b' },
  });
  assert.deepEqual(overhead, { cpu: '250m' });
  assert.deepEqual(nodeSelector, { a: 'b', kata: 'yes' });
  assert.equal(tolerations?.length, 1);
  await assert.rejects(admit({ runtimeClassName: 'none' }), { message: /pod rejected: RuntimeClass "none" not found/ });
  await assert.rejects(admit({ runtimeClassName: 'sandboxed', overhead: { cpu: '1' } }), {
    message: /Pod's Overhead doesn't match RuntimeClass's defined Overhead/,
  });
  await assert.rejects(admit({ runtimeClassName: 'plain', overhead: { cpu: '1' } }), {
    message: /Pod Overhead set without corresponding RuntimeClass defined Overhead/,
  });
  await assert.rejects(admit({ runtimeClassName: 'sandboxed', nodeSelector: { kata: 'no' } }), {
    message: /conflict: runtimeClass\.scheduling\.nodeSelector\[kata\] = yes; pod\.spec\.nodeSelector\[kata\] = no/,
  });
});
