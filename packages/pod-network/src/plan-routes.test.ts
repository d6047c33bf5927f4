import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeView } from './node-view.ts';
import { planRoutes, type Route, type RouteInput, renderRoutes } from './plan-routes.ts';

const node = (number: number, extra: Partial<NodeView> = {}): NodeView => ({
  name: `node-${number}`,
  podCidr: `10.244.${number}.0/24`,
  internalIp: `172.30.96.${10 + number}`,
  ...extra,
});
const links = [
  { name: 'lo', mtu: 65_536, addresses: ['127.0.0.1/8'] },
  { name: 'cni0', mtu: 1500, addresses: ['10.244.1.1/24'] },
  { name: 'eth0', mtu: 1500, addresses: ['172.30.96.11/24'] },
];
const guard: Route = { type: 'unreachable', dst: '10.244.0.0/16', metric: 32_767 };
const to = (number: number, via = `172.30.96.${10 + number}`): Route => ({
  type: 'unicast',
  dst: `10.244.${number}.0/24`,
  via,
  dev: 'eth0',
});
const plan = (input: Partial<RouteInput>) =>
  planRoutes({ node: 'node-1', nodes: [node(1)], links, clusterCidr: '10.244.0.0/16', existing: [], ...input });

test('each other node’s range goes by that node, the rest of the cluster’s nowhere', () => {
  const { remove, replace, skipped } = plan({ nodes: [node(1), node(2), node(3)] });
  assert.deepEqual(replace, [guard, to(2), to(3)]);
  assert.deepEqual(remove, []);
  assert.equal(skipped.size, 0);
});

test('only the difference is planned', () => {
  const nodes = [node(1), node(2)];
  assert.deepEqual(plan({ nodes, existing: [guard, to(2)] }).replace, []);
  assert.deepEqual(plan({ nodes, existing: [guard, to(2)] }).remove, []);
  assert.deepEqual(plan({ nodes, existing: [guard, to(2), to(3)] }).remove, [to(3)], 'a node that went');
  const moved = plan({ nodes, existing: [guard, to(2, '172.30.96.99')] });
  assert.deepEqual([moved.remove, moved.replace], [[], [to(2)]], 'a new address replaces in place');
});

test('before the nodes are known there is the guard, and nothing is taken away', () => {
  const { remove, replace } = plan({ nodes: undefined, existing: [to(2)] });
  assert.deepEqual([remove, replace], [[], [guard]]);
});

const refused: [string, NodeView, RegExp][] = [
  ['outside the cluster’s range', node(2, { podCidr: '192.168.0.0/24' }), /outside 10\.244/],
  ['everything', node(2, { podCidr: '0.0.0.0/0' }), /overlaps with that of node-1/],
  ['this node’s own', node(2, { podCidr: '10.244.1.0/25' }), /overlaps with that of node-1/],
  ['of a node without address', node(2, { internalIp: undefined }), /no InternalIP/],
  ['of a node that says it is a pod', node(2, { internalIp: '10.244.5.9' }), /can't be that of a node/],
];
for (const [what, peer, reason] of refused)
  test(`a range ${what} gets no route`, () => {
    const { replace, skipped } = plan({ nodes: [peer, node(1)] });
    assert.deepEqual(replace, [guard]);
    assert.match(skipped.get('node-2') ?? '', reason);
  });

test('a node on another segment is reached through the tunnel', () => {
  const { replace, tunnelled } = plan({ nodes: [node(1), node(2), node(3, { internalIp: '192.0.2.7' })] });
  const through: Route = { type: 'unicast', dst: '10.244.3.0/24', via: '10.244.3.0', dev: 'cox-vxlan' };
  assert.deepEqual(replace, [guard, to(2), through]);
  assert.deepEqual(tunnelled, ['node-3']);
  assert.equal(
    renderRoutes({ remove: [], replace: [through] }),
    'route replace 10.244.3.0/24 via 10.244.3.0 dev cox-vxlan onlink proto 67\n',
  );
});

test('of two nodes with one range the first by name has it', () => {
  const { replace, skipped } = plan({ nodes: [node(1), node(3, { podCidr: '10.244.2.0/24' }), node(2)] });
  assert.deepEqual(replace, [guard, to(2)]);
  assert.deepEqual([...skipped.keys()], ['node-3']);
});

test('a node without a range yet is waited for in silence', () => {
  assert.equal(plan({ nodes: [node(1), node(2, { podCidr: undefined })] }).skipped.size, 0);
});

test('the plan as lines for ip', () => {
  assert.equal(
    renderRoutes({ remove: [to(3)], replace: [guard, to(2)] }),
    [
      'route del 10.244.3.0/24 via 172.30.96.13 dev eth0 proto 67',
      'route replace unreachable 10.244.0.0/16 metric 32767 proto 67',
      'route replace 10.244.2.0/24 via 172.30.96.12 dev eth0 proto 67',
      '',
    ].join('\n'),
  );
});
