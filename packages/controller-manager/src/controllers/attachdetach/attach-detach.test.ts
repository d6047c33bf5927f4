import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  csiDriverKind,
  eventKind,
  type Node,
  nodeKind,
  type PersistentVolume,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  podKind,
  type VolumeAttachment,
  volumeAttachmentKind,
} from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import fc from 'fast-check';
import { aNode, aPod, startControllers } from '../../testing/index.ts';
import {
  attachedNode,
  attachmentName,
  FORCE_DETACH_MS,
  OUT_OF_SERVICE,
  planAttachments,
  uniqueVolumeName,
} from './plan-attachments.ts';

const NOW = 1_000_000_000;
const aVolume = (mode = 'ReadWriteOnce'): PersistentVolume => ({
  metadata: { name: 'v' },
  spec: {
    accessModes: [mode],
    capacity: { storage: '1Gi' },
    claimRef: { name: 'data', namespace: 'default', uid: 'u1' },
    csi: { driver: 'disk.example.com', volumeHandle: 'h1' },
  },
});
const NAME = uniqueVolumeName(aVolume());
const attached = (node: string, isAttached = true): VolumeAttachment => ({
  metadata: { name: attachmentName(aVolume(), node), uid: `a-${node}` },
  spec: { attacher: 'disk.example.com', nodeName: node, source: { persistentVolumeName: 'v' } },
  status: { attached: isAttached },
});
const holding = (name: string, ready: string, taints: { key: string; effect: string }[] = []): Node => {
  const node = aNode(name, { ready, spec: { taints } });
  return { ...node, status: { ...node.status, volumesInUse: [NAME] } };
};
const volumes = [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }];
const user = (name: string, node: string) => aPod({ name, node, spec: { containers: [], volumes } });

interface Case {
  readonly volume?: PersistentVolume;
  readonly attachRequired?: boolean;
  readonly pods?: string[];
  readonly on?: string[];
  readonly nodes?: Node[];
  readonly since?: number;
}
const cases: [rule: string, given: Case, create: string[], remove: string[], refused: RegExp | undefined][] = [
  ['a pod lands on a node', { pods: ['a'] }, ['a'], [], undefined],
  ['attached already', { pods: ['a'], on: ['a'] }, [], [], undefined],
  ['a driver that needs no attaching', { pods: ['a'], attachRequired: false }, [], [], undefined],
  ['a node that is gone', { pods: ['gone'] }, [], [], undefined],
  ['two pods on two nodes', { pods: ['a', 'b'] }, ['a'], [], /already used by pod\(s\) user-0/],
  ['two nodes share it', { pods: ['a', 'b'], volume: aVolume('ReadWriteMany') }, ['a', 'b'], [], undefined],
  [
    'the old node is not through with it',
    { pods: ['b'], on: ['a'], nodes: [holding('a', 'True'), aNode('b')] },
    [],
    [],
    /^Multi-Attach error for volume "v" Volume is already exclusively attached to one node and can't be attached to another$/,
  ],
  ['the old node let it go', { pods: ['b'], on: ['a'] }, [], ['a'], /Multi-Attach/],
  ['nobody wants it', { on: ['a'] }, [], ['a'], undefined],
  ['nobody wants it, still mounted', { on: ['a'], nodes: [holding('a', 'True')] }, [], [], undefined],
  ['a silent node, for a while', { on: ['a'], nodes: [holding('a', 'Unknown')], since: 60_000 }, [], [], undefined],
  [
    'a silent node, for long',
    { on: ['a'], nodes: [holding('a', 'Unknown')], since: FORCE_DETACH_MS },
    [],
    ['a'],
    undefined,
  ],
  [
    'a node that is well, for long',
    { on: ['a'], nodes: [holding('a', 'True')], since: FORCE_DETACH_MS },
    [],
    [],
    undefined,
  ],
  [
    'out of service',
    { on: ['a'], nodes: [holding('a', 'Unknown', [{ key: OUT_OF_SERVICE, effect: 'NoExecute' }])] },
    [],
    ['a'],
    undefined,
  ],
  ['attached to a node that is gone', { on: ['gone'] }, [], ['gone'], undefined],
];
for (const [rule, given, create, remove, refused] of cases)
  test(rule, () => {
    const nodes = given.nodes ?? [aNode('a'), aNode('b')];
    const plan = planAttachments({
      volume: given.volume ?? aVolume(),
      attachRequired: given.attachRequired ?? true,
      pods: (given.pods ?? []).map((node, i) => user(`user-${i}`, node)),
      attachments: (given.on ?? []).map((node) => attached(node)),
      nodeOf: (name) => nodes.find(({ metadata }) => metadata.name === name),
      unwantedSince: () => NOW - (given.since ?? 0),
      now: NOW,
    });
    assert.deepEqual(
      plan.create.map(({ spec }) => spec.nodeName),
      create,
    );
    assert.deepEqual(
      plan.remove.map(({ attachment }) => attachment.spec.nodeName),
      remove,
    );
    if (refused) assert.match(plan.refused[0]?.message ?? '', refused);
    else assert.deepEqual(plan.refused, []);
  });

test('whatever comes and goes, a disk is never attached to two nodes, and in the end where its pod is', () => {
  const step = fc.record({
    kind: fc.constantFrom('pod', 'gone', 'plan', 'mounted', 'unmounted'),
    node: fc.constantFrom('a', 'b', 'c'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom('a', 'b', 'c'), (history, last) => {
      const pods = new Set<string>();
      const inUse = new Set<string>();
      let on: VolumeAttachment[] = [];
      const plan = () => {
        const { create, remove } = planAttachments({
          volume: aVolume(),
          attachRequired: true,
          pods: [...pods].map((node) => user(`on-${node}`, node)),
          attachments: on,
          nodeOf: (name) => (inUse.has(name) ? holding(name, 'True') : aNode(name)),
          unwantedSince: () => NOW,
          now: NOW,
        });
        for (const { attachment } of remove) assert.ok(!inUse.has(attachedNode(attachment)), 'taken from a mount');
        on = on.filter((each) => !remove.some(({ attachment }) => attachment === each));
        on.push(...create.map((made) => attached(attachedNode(made))));
        assert.ok(on.length <= 1, `on ${on.map(({ spec }) => spec.nodeName)}`);
      };
      for (const { kind, node } of history) {
        if (kind === 'pod') pods.add(node);
        else if (kind === 'gone') pods.delete(node);
        else if (kind === 'plan') plan();
        else if (kind === 'mounted' && pods.has(node) && on.some(({ spec }) => spec.nodeName === node)) inUse.add(node);
        else if (kind === 'unmounted' && !pods.has(node)) inUse.delete(node);
      }
      pods.clear();
      pods.add(last);
      for (const node of ['a', 'b', 'c']) if (node !== last) inUse.delete(node);
      plan();
      plan();
      assert.deepEqual(
        on.map(({ spec }) => spec.nodeName),
        [last],
      );
    }),
    { numRuns: 200 },
  );
});

test('a volume is attached, reported on its node, and detached once it is let go', async (t) => {
  const client = new FakeApiClient();
  client.add(csiDriverKind, { metadata: { name: 'disk.example.com' }, spec: { attachRequired: true } });
  client.add(nodeKind, aNode('a'));
  client.add(persistentVolumeKind, aVolume());
  client.add(persistentVolumeClaimKind, {
    metadata: { name: 'data', namespace: 'default', uid: 'u1' },
    spec: { volumeName: 'v' },
  });
  client.add(podKind, user('user', 'a'));
  const controllers = startControllers(client, ['attachdetach']);
  t.after(() => controllers.stop());
  const name = attachmentName(aVolume(), 'a');
  await eventually(() => assert.equal(client.object(volumeAttachmentKind, name)?.spec.nodeName, 'a'));
  client.change(volumeAttachmentKind, name, (attachment) => {
    attachment.status = { attached: true };
  });
  const node = () => client.object(nodeKind, 'a')?.status;
  await eventually(() => assert.deepEqual(node()?.volumesAttached, [{ name: NAME, devicePath: '' }]));
  await eventually(() => assert.equal(client.objects(eventKind)[0]?.reason, 'SuccessfulAttachVolume'));
  client.change(nodeKind, 'a', (next) => {
    next.status = { ...next.status, volumesInUse: [NAME] };
  });
  client.remove(podKind, 'default/user');
  client.change(nodeKind, 'a', (next) => {
    next.status = { ...next.status, volumesInUse: [] };
  });
  await eventually(() => assert.equal(client.object(volumeAttachmentKind, name), undefined));
  await eventually(() => assert.deepEqual(node()?.volumesAttached, []));
});
