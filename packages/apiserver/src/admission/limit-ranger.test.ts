import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitRangeKind, type Pod, persistentVolumeClaimKind, podKind } from '@coxswain/api';
import { creation, fakeClusterObjects } from '../testing/fake-cluster-objects.ts';
import { limitRanger } from './limit-ranger.ts';

const range = (...limits: object[]) => ({ metadata: { name: 'r', namespace: 'default' }, spec: { limits } });
const container = (name: string, resources: object = {}) => ({ name, image: 'i', resources });
const pod = (...containers: object[]) => ({ metadata: { name: 'p' }, spec: { containers } });

test('containers get what they lack, and an annotation says so', () => {
  const plugin = limitRanger(
    fakeClusterObjects([
      limitRangeKind,
      range({
        type: 'Container',
        default: { cpu: '1', memory: '1Gi' },
        defaultRequest: { cpu: '500m', memory: '1Gi' },
      }),
    ]),
  );
  const object = pod(container('a'), container('b', { requests: { cpu: '2', memory: '1' }, limits: { cpu: '3' } }));
  plugin.mutate?.(creation(podKind, object));
  const made = object as unknown as Pod;
  assert.deepEqual(made.spec.containers[0]?.resources, {
    requests: { cpu: '500m', memory: '1Gi' },
    limits: { cpu: '1', memory: '1Gi' },
  });
  assert.deepEqual(made.spec.containers[1]?.resources?.limits, { cpu: '3', memory: '1Gi' });
  assert.equal(
    made.metadata.annotations?.['kubernetes.io/limit-ranger'],
    'LimitRanger plugin set: cpu, memory request for container a; cpu, memory limit for container a; memory limit for container b',
  );
});

const rows: [string, object, object, RegExp][] = [
  [
    'too little asked',
    { type: 'Container', min: { cpu: '100m' } },
    pod(container('c', { requests: { cpu: '50m' } })),
    /^pods "p" is forbidden: minimum cpu usage per Container is 100m, but request is 50m$/,
  ],
  [
    'nothing asked',
    { type: 'Container', min: { memory: '1Mi' } },
    pod(container('c')),
    /minimum memory usage per Container is 1Mi\. {2}No request is specified$/,
  ],
  [
    'too high a limit',
    { type: 'Container', max: { memory: '1Gi' } },
    pod(container('c', { limits: { memory: '2Gi' } })),
    /maximum memory usage per Container is 1Gi, but limit is 2Gi$/,
  ],
  [
    'containers together',
    { type: 'Pod', max: { cpu: '3' } },
    pod(container('a', { limits: { cpu: '2' } }), container('b', { limits: { cpu: '2' } })),
    /maximum cpu usage per Pod is 3, but limit is 4$/,
  ],
  [
    'too large a ratio',
    { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
    pod(container('c', { requests: { cpu: '1' }, limits: { cpu: '5' } })),
    /cpu max limit to request ratio per Container is 2, but provided ratio is 5\.000000$/,
  ],
  [
    'two at once',
    { type: 'Container', min: { cpu: '1' }, max: { memory: '1' } },
    pod(container('c')),
    /\[minimum cpu usage per Container is 1\. {2}No request is specified, maximum memory usage per Container is 1\. {2}No limit is specified\]$/,
  ],
];
for (const [name, limits, object, text] of rows)
  test(`refused: ${name}`, () => {
    const plugin = limitRanger(fakeClusterObjects([limitRangeKind, range(limits)]));
    assert.throws(() => plugin.validate?.(creation(podKind, object)), { message: text });
  });

test('claims have sizes too', () => {
  const plugin = limitRanger(
    fakeClusterObjects([limitRangeKind, range({ type: 'PersistentVolumeClaim', max: { storage: '2Gi' } })]),
  );
  const claim = (storage: string) => ({ metadata: { name: 'c' }, spec: { resources: { requests: { storage } } } });
  plugin.validate?.(creation(persistentVolumeClaimKind, claim('1Gi')));
  assert.throws(() => plugin.validate?.(creation(persistentVolumeClaimKind, claim('3Gi'))), {
    message: /maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi$/,
  });
});
