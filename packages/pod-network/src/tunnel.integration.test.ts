import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nodeKind } from '@coxswain/api';
import { eventually } from '@coxswain/foundation/testing';
import { NodeLab } from './testing/node-lab.ts';

// n1 and n2 share a segment, n3 is behind a router that knows nothing of pods.
const nodes = await NodeLab.create();
const { lab } = nodes;
after(() => nodes.close());

const SEND = `
require('node:net').createServer((s) => s.end(Buffer.alloc(300000))).listen(9000, () => {
  setTimeout(() => process.exit(0), 20000);
});`;
const RECEIVE = `
let sum = 0;
const dial = () => {
  const s = require('node:net').connect(9000, process.argv[1]);
  s.on('error', () => setTimeout(dial, 50));
  s.on('data', (d) => { sum += d.length; }).on('end', () => { console.log(sum); process.exit(0); });
};
dial();
setTimeout(() => { console.log('timeout ' + sum); process.exit(0); }, 15000);`;

before(async () => {
  await lab.namespace('router', { forwarding: true });
  await lab.namespace('n1');
  await lab.namespace('n2');
  await lab.namespace('n3');
  await lab.run('router', ['ip', 'link', 'add', 'br0', 'type', 'bridge']);
  await lab.run('router', ['ip', 'addr', 'add', '172.30.97.1/24', 'dev', 'br0']);
  await lab.run('router', ['ip', 'link', 'set', 'br0', 'up']);
  for (const [node, address] of [
    ['n1', '172.30.97.11'],
    ['n2', '172.30.97.12'],
  ] as const) {
    await lab.link(
      { in: 'router', dev: `to-${node}` },
      { in: node, dev: 'eth0', addresses: [`${address}/24`], gateways: ['172.30.97.1'] },
    );
    await lab.run('router', ['ip', 'link', 'set', 'dev', `to-${node}`, 'master', 'br0']);
  }
  await lab.link(
    { in: 'router', dev: 'to-n3', addresses: ['172.30.98.1/24'] },
    { in: 'n3', dev: 'eth0', addresses: ['172.30.98.13/24'], gateways: ['172.30.98.1'] },
  );
  await lab.run('router', ['ip', 'route', 'add', 'unreachable', '10.0.0.0/8']);
});

const tables = async (node: string) => {
  const text = await lab.run(node, ['sh', '-c', 'ip route; ip -br link; bridge fdb show; ip neigh show nud permanent']);
  return text.replaceAll(/veth\S+|if\d+|[0-9a-f:]{17}/g, '').trim();
};

const rules = async (node: string) =>
  (await lab.run(node, ['nft', 'list', 'ruleset'])).replaceAll(/packets \d+ bytes \d+/g, '');

test('pods reach pods of a node that shares no segment, through the tunnel', async () => {
  nodes.addNode('n1', '10.244.1.0/24', '172.30.97.11');
  nodes.addNode('n2', '10.244.2.0/24', '172.30.97.12');
  for (const node of ['n1', 'n2', 'n3']) nodes.start(node);
  assert.equal((await nodes.config('n1')).plugins[0].mtu, 1500);
  const [one, two] = [await nodes.pod('p1', 'n1'), await nodes.pod('p2', 'n2')];
  await eventually(async () => assert.equal(await one.agent.ask(two.address, 8080), `p2 ${one.address}`));
  assert.doesNotMatch(await lab.run('n1', ['ip', 'link']), /cox-vxlan/, 'no tunnel that nobody needs');
  const calm = await tables('n1');

  // 1. A node joins behind the router.
  const joined = Date.now();
  nodes.addNode('n3', '10.244.3.0/24', '172.30.98.13');
  await eventually(async () =>
    assert.match(await lab.run('n1', ['ip', 'route']), /10\.244\.3\.0\/24 via 10\.244\.3\.0/),
  );
  console.log(`the route stood after ${Date.now() - joined} ms`);
  await eventually(async () => assert.equal((await nodes.config('n1')).plugins[0].mtu, 1450));
  const three = await nodes.pod('p3', 'n3');
  await eventually(async () => assert.equal(await one.agent.ask(three.address, 8080), `p3 ${one.address}`));
  assert.equal(await three.agent.ask(two.address, 8080), `p2 ${three.address}`, 'the source is kept');
  assert.equal(await one.agent.ask(two.address, 8080), `p2 ${one.address}`, 'the neighbour needs no tunnel');
  assert.match(await lab.run('n2', ['ip', 'route', 'get', one.address]), /via 172\.30\.97\.11 dev eth0/);

  // 2. More than fits into one packet, from a pod that has the larger MTU still.
  void lab.run('p1', [process.execPath, '-e', SEND]).catch(() => {});
  assert.equal((await lab.run('p3', [process.execPath, '-e', RECEIVE, one.address])).trim(), '300000');

  // 3. Someone breaks the tunnel.
  await lab.run('n1', ['ip', 'link', 'del', 'cox-vxlan']);
  await eventually(async () => assert.equal(await one.agent.ask(three.address, 8080), `p3 ${one.address}`));
  await lab.run('n1', ['sh', '-c', 'bridge fdb del 02:43:ac:1e:62:0d dev cox-vxlan dst 172.30.98.13 self']);
  await eventually(async () => assert.equal(await one.agent.ask(three.address, 8080), `p3 ${one.address}`));

  // 4. Links cut and joined, and everything flushed by hand: it ends as after a start from nothing.
  const busy = await tables('n1');
  const flush = async () => {
    await lab.run('n1', ['sh', '-c', 'ip route flush proto 67; ip link del cox-vxlan; nft flush ruleset']);
  };
  const heals = async (fault: string) => {
    await eventually(async () => assert.equal(await tables('n1'), busy, fault));
    await eventually(async () => assert.equal(await one.agent.ask(three.address, 8080), `p3 ${one.address}`));
    await eventually(async () => assert.equal(await one.agent.ask(two.address, 8080), `p2 ${one.address}`));
    assert.equal(await rules('n1'), filter, fault);
  };
  const filter = await rules('n1');
  const held = await one.agent.hold(three.address, 8080);
  await lab.run('router', ['ip', 'link', 'set', 'to-n1', 'down']);
  assert.match(await one.agent.ask(three.address, 8080, { timeoutMs: 300 }), /timeout|UNREACH/);
  nodes.addNode('n4', '10.244.4.0/24', '172.30.99.14');
  await eventually(async () => assert.match(await tables('n1'), /10\.244\.4\.0\/24/));
  nodes.client.remove(nodeKind, 'n4');
  await lab.run('router', ['ip', 'link', 'set', 'to-n1', 'up']);
  await heals('the cable was out while a node came and went');
  assert.equal(await held.more(), 'p3', 'a connection outlives it');
  await lab.run('n1', ['sh', '-c', 'ip link set eth0 down; ip link set eth0 up']);
  await lab.run('n1', ['ip', 'route', 'replace', 'default', 'via', '172.30.97.1']);
  await heals('the interface was down, and all its routes gone');
  await flush();
  await heals('all was flushed');
  await nodes.stop('n1');
  await flush();
  nodes.start('n1');
  await heals('a start from nothing');

  // 5. The node leaves and takes all of it along.
  nodes.client.remove(nodeKind, 'n3');
  await eventually(async () => assert.equal(await tables('n1'), calm), { timeout: 60_000 });
  assert.match(await one.agent.ask(three.address, 8080), /EHOSTUNREACH|ENETUNREACH/);
});
