import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planTunnel, type TunnelEnd, type TunnelState, tunnelEnd } from './plan-tunnel.ts';

const end = (number: number): TunnelEnd => {
  const made = tunnelEnd({ name: `node-${number}`, podCidr: `10.244.${number}.0/24`, internalIp: `192.0.2.${number}` });
  assert.ok(made);
  return made;
};
const own = end(1);
const state = (peers: readonly TunnelEnd[]): TunnelState => ({
  outer: own.outer,
  mac: own.mac,
  mtu: 1450,
  inner: [own.inner],
  neighbours: new Map(peers.map(({ inner, mac }) => [inner, mac])),
  forwarding: new Map(peers.map(({ mac, outer }) => [mac, outer])),
});
const plan = (peers: readonly TunnelEnd[], existing?: TunnelState, uplinkMtu = 1500) =>
  planTunnel({ own, peers, uplinkMtu, existing });

test('an end follows from the Node alone', () => {
  assert.deepEqual(end(3), { outer: '192.0.2.3', inner: '10.244.3.0', mac: '02:43:c0:00:02:03' });
  assert.equal(tunnelEnd({ name: 'x', podCidr: undefined, internalIp: '192.0.2.3' }), undefined);
});

test('the first peer makes the device, the last one takes it along', () => {
  assert.deepEqual(plan([end(2)]), {
    ip: [
      'link add cox-vxlan address 02:43:c0:00:02:01 mtu 1450 type vxlan id 67 dstport 4789 local 192.0.2.1 nolearning',
      'link set cox-vxlan up',
      'addr replace 10.244.1.0/32 dev cox-vxlan',
      'neigh replace 10.244.2.0 lladdr 02:43:c0:00:02:02 dev cox-vxlan nud permanent',
    ],
    bridge: ['fdb replace 02:43:c0:00:02:02 dev cox-vxlan dst 192.0.2.2 self permanent'],
  });
  assert.deepEqual(plan([], state([end(2)])), { ip: ['link del cox-vxlan'], bridge: [] });
  assert.deepEqual(plan([]), { ip: [], bridge: [] });
});

test('only the difference is planned', () => {
  assert.deepEqual(plan([end(2)], state([end(2)])), { ip: [], bridge: [] });
  assert.deepEqual(plan([end(3)], state([end(2)])), {
    ip: [
      'neigh del 10.244.2.0 dev cox-vxlan',
      'neigh replace 10.244.3.0 lladdr 02:43:c0:00:02:03 dev cox-vxlan nud permanent',
    ],
    bridge: [
      'fdb del 02:43:c0:00:02:02 dev cox-vxlan dst 192.0.2.2 self',
      'fdb replace 02:43:c0:00:02:03 dev cox-vxlan dst 192.0.2.3 self permanent',
    ],
  });
  assert.deepEqual(plan([end(2)], state([end(2)]), 9000).ip, ['link set cox-vxlan mtu 8950']);
});

test('with another address of this node the device is made anew', () => {
  const { ip, bridge } = plan([end(2)], { ...state([end(2)]), outer: '192.0.2.99' });
  assert.equal(ip[0], 'link del cox-vxlan');
  assert.equal(bridge.length, 1);
});
