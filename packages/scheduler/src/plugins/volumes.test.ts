import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CSINode, PersistentVolumeClaim, Pod, StorageClass, Volume } from '@coxswain/api';
import type { PluginHandle } from '../framework/plugin.ts';
import {
  type KnownVolumes,
  knownVolumes,
  makeClaim,
  makeNode,
  makePod,
  makeVolume,
  runFilter,
  snapshotOf,
} from '../testing/index.ts';
import { nodeVolumeLimits } from './node-volume-limits/node-volume-limits.ts';
import { volumeBinding } from './volume-binding/volume-binding.ts';
import { volumeRestrictions } from './volume-restrictions/volume-restrictions.ts';
import { volumeZone } from './volume-zone/volume-zone.ts';

const NO_AFFINITY = "! node(s) didn't match PersistentVolume's node affinity";
const NO_VOLUME = "! node(s) didn't find available persistent volumes to bind";

const nodes = ['a', 'b'].map((zone) =>
  makeNode(`node-${zone}`, { labels: { zone, 'topology.kubernetes.io/zone': zone } }),
);
const local: StorageClass = {
  metadata: { name: 'local' },
  provisioner: 'kubernetes.io/no-provisioner',
  volumeBindingMode: 'WaitForFirstConsumer',
};
const made: StorageClass = { ...local, metadata: { name: 'made' }, provisioner: 'disk.example.com' };
const madeInB: StorageClass = {
  ...made,
  metadata: { name: 'made-in-b' },
  allowedTopologies: [{ matchLabelExpressions: [{ key: 'zone', values: ['b'] }] }],
};
const immediate: StorageClass = { ...made, metadata: { name: 'immediate' }, volumeBindingMode: 'Immediate' };
const classes = [local, made, madeInB, immediate];

function user(...claims: string[]): Pod {
  const volumes = claims.map((claimName, i) => ({ name: `v${i}`, persistentVolumeClaim: { claimName } }));
  return makePod('p', { spec: { volumes } });
}

function both(verdict: string) {
  return { 'node-a': verdict, 'node-b': verdict };
}

const lost: PersistentVolumeClaim = { ...makeClaim('c', { volume: 'gone' }), status: { phase: 'Lost' } };
const ephemeral = makePod('p', { spec: { volumes: [{ name: 'v', ephemeral: {} }] } });
const selected = makeClaim('c', { class: 'made' });
selected.metadata.annotations = { 'volume.kubernetes.io/selected-node': 'node-b' };

const BINDING: [name: string, pod: Pod, known: KnownVolumes, verdicts: Record<string, string>][] = [
  ['no claims', makePod('p'), {}, both('ok')],
  ['no such claim', user('c'), {}, both('! persistentvolumeclaim "c" not found')],
  [
    'an ephemeral claim that is not there yet',
    ephemeral,
    {},
    both('! waiting for ephemeral volume controller to create the persistentvolumeclaim "p-v"'),
  ],
  [
    'an ephemeral claim of somebody else',
    ephemeral,
    { claims: [makeClaim('p-v')] },
    both('! PVC default/p-v was not created for pod default/p (pod is not owner)'),
  ],
  [
    'a lost claim',
    user('c'),
    { claims: [lost] },
    both('! persistentvolumeclaim "c" bound to non-existent persistentvolume "gone"'),
  ],
  [
    'an unbound claim of an immediate class',
    user('c'),
    { claims: [makeClaim('c', { class: 'immediate' })] },
    both('! pod has unbound immediate PersistentVolumeClaims'),
  ],
  [
    'a bound volume of one zone',
    user('c'),
    { claims: [makeClaim('c', { volume: 'v' })], volumes: [makeVolume('v', { zone: 'a' })] },
    { 'node-a': 'ok', 'node-b': NO_AFFINITY },
  ],
  [
    'a bound volume that is gone',
    user('c'),
    { claims: [makeClaim('c', { volume: 'v' })] },
    both('! node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'),
  ],
  [
    'a free volume of one zone',
    user('c'),
    { claims: [makeClaim('c')], volumes: [makeVolume('v', { zone: 'b' })] },
    { 'node-a': NO_VOLUME, 'node-b': 'ok' },
  ],
  [
    'a volume that is too small, of another class, or for other modes',
    user('c'),
    {
      claims: [makeClaim('c', { size: '2Gi', modes: ['ReadWriteMany'] })],
      volumes: [
        makeVolume('small', { modes: ['ReadWriteMany'] }),
        makeVolume('other', { size: '5Gi', class: 'x', modes: ['ReadWriteMany'] }),
        makeVolume('once', { size: '5Gi' }),
      ],
    },
    both(NO_VOLUME),
  ],
  [
    'one volume for two claims',
    user('c', 'd'),
    { claims: [makeClaim('c'), makeClaim('d')], volumes: [makeVolume('v')] },
    both(NO_VOLUME),
  ],
  [
    'two volumes for two claims, the bigger for the bigger',
    user('c', 'd'),
    {
      claims: [makeClaim('c', { size: '2Gi' }), makeClaim('d')],
      volumes: [makeVolume('v', { size: '2Gi' }), makeVolume('w')],
    },
    both('ok'),
  ],
  ['a volume that can be made', user('c'), { claims: [makeClaim('c', { class: 'made' })] }, both('ok')],
  [
    'a volume that can be made in one zone',
    user('c'),
    { claims: [makeClaim('c', { class: 'made-in-b' })] },
    { 'node-a': NO_VOLUME, 'node-b': 'ok' },
  ],
  ['a volume being made for a node', user('c'), { claims: [selected] }, { 'node-a': NO_VOLUME, 'node-b': 'ok' }],
  [
    'no room left in a zone',
    user('c'),
    {
      claims: [makeClaim('c', { class: 'made', size: '5Gi' })],
      csiDrivers: [{ metadata: { name: 'disk.example.com' }, spec: { storageCapacity: true } }],
      capacities: [
        {
          metadata: { name: 'x', namespace: 'k' },
          storageClassName: 'made',
          capacity: '4Gi',
          nodeTopology: inZone('a'),
        },
        {
          metadata: { name: 'y', namespace: 'k' },
          storageClassName: 'made',
          capacity: '9Gi',
          nodeTopology: inZone('b'),
        },
      ],
    },
    { 'node-a': '! node(s) did not have enough free storage', 'node-b': 'ok' },
  ],
];

function inZone(zone: string) {
  return { matchLabels: { zone } };
}

for (const [name, pod, known, verdicts] of BINDING)
  test(`VolumeBinding: ${name}`, () => {
    const objects = knownVolumes({ classes, ...known });
    assert.deepEqual(
      runFilter((handle) => volumeBinding(handle), pod, snapshotOf(nodes), objects),
      verdicts,
    );
  });

for (const [name, labels, verdicts] of [
  ['no zone', {}, both('ok')],
  [
    'a zone',
    { 'topology.kubernetes.io/zone': 'a' },
    { 'node-a': 'ok', 'node-b': '! node(s) had no available volume zone' },
  ],
  [
    'the old name of a zone',
    { 'failure-domain.beta.kubernetes.io/zone': 'b' },
    { 'node-a': '! node(s) had no available volume zone', 'node-b': 'ok' },
  ],
  ['several zones', { 'topology.kubernetes.io/zone': 'a__b' }, both('ok')],
] as const)
  test(`VolumeZone: the volume’s labels name ${name}`, () => {
    const known = { claims: [makeClaim('c', { volume: 'v' })], volumes: [makeVolume('v', { labels: { ...labels } })] };
    const free = makeNode('node-c');
    const expected = { ...verdicts, 'node-c': 'ok' };
    assert.deepEqual(runFilter(volumeZone, user('c'), snapshotOf([...nodes, free]), knownVolumes(known)), expected);
  });

const onNodeA = (name: string, pod: Pod): Pod => ({
  ...pod,
  metadata: { ...pod.metadata, name, uid: name },
  spec: { ...pod.spec, nodeName: 'node-a' },
});
const disk = (volume: Omit<Volume, 'name'>) => makePod('p', { spec: { volumes: [{ name: 'v', ...volume }] } });
const TAKEN = 'node(s) had no available disk';

for (const [name, running, waiting, verdicts] of [
  ['one writer', disk({ gcePersistentDisk: { pdName: 'd' } }), disk({ gcePersistentDisk: { pdName: 'd' } }), TAKEN],
  [
    'readers',
    disk({ gcePersistentDisk: { pdName: 'd', readOnly: true } }),
    disk({ gcePersistentDisk: { pdName: 'd', readOnly: true } }),
    'ok',
  ],
  [
    'another disk',
    disk({ awsElasticBlockStore: { volumeID: 'd' } }),
    disk({ awsElasticBlockStore: { volumeID: 'e' } }),
    'ok',
  ],
  [
    'the same block store',
    disk({ awsElasticBlockStore: { volumeID: 'd' } }),
    disk({ awsElasticBlockStore: { volumeID: 'd' } }),
    TAKEN,
  ],
] as const)
  test(`VolumeRestrictions: ${name}`, () => {
    const snapshot = snapshotOf(nodes, [onNodeA('q', running)]);
    assert.deepEqual(runFilter(volumeRestrictions, waiting, snapshot), { 'node-a': verdicts, 'node-b': 'ok' });
  });

test('VolumeRestrictions: a ReadWriteOncePod claim is for one pod of the cluster', () => {
  const known = knownVolumes({ claims: [makeClaim('c', { volume: 'v', modes: ['ReadWriteOncePod'] })] });
  const taken = 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode';
  const used = snapshotOf(nodes, [onNodeA('q', user('c'))]);
  assert.deepEqual(runFilter(volumeRestrictions, user('c'), used, known), both(taken));
  assert.deepEqual(runFilter(volumeRestrictions, user('c'), snapshotOf(nodes), known), both('ok'));
});

test('NodeVolumeLimits: a node takes no more volumes of a driver than its CSINode says', () => {
  const handle = (name: string) => ({
    ...makeVolume(name),
    spec: { ...makeVolume(name).spec, csi: { driver: 'disk.example.com', volumeHandle: name } },
  });
  const csiNodes: CSINode[] = [
    {
      metadata: { name: 'node-a' },
      spec: { drivers: [{ name: 'disk.example.com', nodeID: 'a', allocatable: { count: 1 } }] },
    },
  ];
  const names = ['one', 'two'];
  const known = knownVolumes({
    csiNodes,
    classes,
    claims: [...names.map((name) => makeClaim(name, { volume: name })), makeClaim('new', { class: 'made' })],
    volumes: names.map(handle),
  });
  const verdict = (pod: Pod, running: Pod[]) =>
    runFilter((each: PluginHandle) => nodeVolumeLimits(each), pod, snapshotOf(nodes, running), known)['node-a'];
  const full = 'node(s) exceed max volume count';
  assert.equal(verdict(user('one'), []), 'ok');
  assert.equal(verdict(user('one', 'two'), []), full);
  assert.equal(verdict(user('two'), [onNodeA('q', user('one'))]), full);
  assert.equal(verdict(user('one'), [onNodeA('q', user('one'))]), 'ok', 'a volume that is there already counts once');
  assert.equal(verdict(user('new'), [onNodeA('q', user('one'))]), full);
});
