import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventKind, nodeKind, serviceKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aNode, aService, startControllers } from '../../testing/index.ts';

const ready = (name: string, address: string) => {
  const node = aNode(name);
  node.status = { addresses: [{ type: 'InternalIP', address }], conditions: [{ type: 'Ready', status: 'True' }] };
  return node;
};

test('addresses follow the nodes, a port waits for who has it, and go with the type', async (t) => {
  const client = new FakeApiClient();
  const ports = [{ port: 80, protocol: 'TCP' as const }];
  client.add(nodeKind, ready('a', '192.0.2.1'));
  client.add(serviceKind, aService({ type: 'LoadBalancer', ports }, { name: 'first', uid: '1' }));
  client.add(serviceKind, aService({ type: 'LoadBalancer', ports }, { name: 'second', uid: '2' }));
  const controllers = startControllers(client, ['service']);
  t.after(() => controllers.stop());
  const addresses = (name: string) =>
    (client.object(serviceKind, `default/${name}`)?.status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip);

  await eventually(() => assert.deepEqual(addresses('first'), ['192.0.2.1']));
  await eventually(() => {
    const messages = client.objects(eventKind).map(({ reason, message }) => `${reason}: ${message}`);
    assert.ok(
      messages.includes(
        'SyncLoadBalancerFailed: Error syncing load balancer: port TCP 80 of the nodes is taken by service default/first',
      ),
      messages.join('\n'),
    );
  });
  assert.deepEqual(addresses('second'), []);

  client.add(nodeKind, ready('b', '192.0.2.2'));
  await eventually(() => assert.deepEqual(addresses('first'), ['192.0.2.1', '192.0.2.2']));
  client.change(serviceKind, 'default/first', ({ spec }) => {
    spec.type = 'ClusterIP';
  });
  await eventually(() => assert.deepEqual([addresses('first'), addresses('second')], [[], ['192.0.2.1', '192.0.2.2']]));
  client.change(nodeKind, 'a', ({ status }) => {
    if (status) status.conditions = [{ type: 'Ready', status: 'Unknown' }];
  });
  await eventually(() => assert.deepEqual(addresses('second'), ['192.0.2.2']));
});
