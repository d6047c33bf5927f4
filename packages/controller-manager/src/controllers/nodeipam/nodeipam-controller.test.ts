import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aNode, startControllers } from '../../testing/index.ts';
import { parseCidr, planPodCidr } from './plan-pod-cidr.ts';

const rows: [cluster: string, mask: number, used: string[], expected: string | undefined][] = [
  ['10.244.0.0/16', 24, [], '10.244.0.0/24'],
  ['10.244.0.0/16', 24, ['10.244.0.0/24', '10.244.2.0/24'], '10.244.1.0/24'],
  ['10.244.0.0/16', 24, ['10.244.0.0/23', '192.168.0.0/24'], '10.244.2.0/24'],
  ['10.244.0.0/23', 24, ['10.244.0.0/24', '10.244.1.128/25'], undefined],
  ['fd00:10::/56', 64, ['fd00:10::/64', '10.244.0.0/24'], 'fd00:10:0:1::/64'],
];
for (const [cluster, mask, used, expected] of rows)
  test(`a /${mask} of ${cluster} beside ${used.join(', ') || 'nothing'}`, () => {
    assert.equal(planPodCidr(parseCidr(cluster), mask, used), expected);
  });

test('nodes get ranges of their own, those of deleted nodes are free again', async (t) => {
  const client = new FakeApiClient();
  client.add(
    nodeKind,
    aNode('a', { spec: { podCIDR: '10.244.0.0/24', podCIDRs: ['10.244.0.0/24'] } }),
    aNode('b'),
    aNode('c'),
  );
  const controllers = startControllers(client, ['nodeipam'], {
    allocateNodeCidrs: true,
    clusterCidrs: ['10.244.0.0/22'],
  });
  t.after(() => controllers.stop());
  const ranges = () =>
    client
      .objects(nodeKind)
      .map(({ metadata, spec }) => `${metadata.name} ${spec.podCIDR} ${spec.podCIDRs}`)
      .sort();
  await eventually(() =>
    assert.deepEqual(ranges(), [
      'a 10.244.0.0/24 10.244.0.0/24',
      'b 10.244.1.0/24 10.244.1.0/24',
      'c 10.244.2.0/24 10.244.2.0/24',
    ]),
  );
  client.add(nodeKind, aNode('d'), aNode('e'));
  await eventually(() => assert.equal(client.object(nodeKind, 'd')?.spec.podCIDR, '10.244.3.0/24'));
  assert.equal(client.object(nodeKind, 'e')?.spec.podCIDR, undefined);
  client.remove(nodeKind, 'a');
  await eventually(() => assert.equal(client.object(nodeKind, 'e')?.spec.podCIDR, '10.244.0.0/24'));
});
