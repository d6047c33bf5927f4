import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Node, nodeKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { runCommand, silentLogger } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { CONFIG_FILE } from './cni-config-file.ts';
import { createNetworkHost } from './network-host.ts';
import { runPodNetwork } from './run-pod-network.ts';

// Two "node" namespaces on a segment whose gateway claims every address; pods are attached by the real CNI plugins.
const PLUGINS = '/usr/lib/cni';
const id = process.pid.toString(36);
const ns = (name: string) => `cxn-${id}-${name}`;
const NODES = { n1: '172.30.97.11', n2: '172.30.97.12' } as const;
const PODS = { p1: 'n1', p2: 'n2', p3: 'n2' } as const;
const ip = (...args: string[]) => runCommand('ip', args);
const inside = (name: string, ...command: string[]) => runCommand('ip', ['netns', 'exec', ns(name), ...command]);

const controller = new AbortController();
const client = new FakeApiClient();
const running: Promise<void>[] = [];
const servers: ReturnType<typeof spawn>[] = [];
let dir: string;

const SERVER = `
const name = process.argv[1];
require('node:net').createServer((s) => s.end(name + ' ' + s.remoteAddress)).listen(8080, '0.0.0.0', () => console.log('up'));`;
const ASK = `
const s = require('node:net').connect(8080, process.argv[1]);
s.setTimeout(3000, () => { console.log('timeout'); process.exit(0); });
s.on('data', (d) => { console.log(String(d)); process.exit(0); }).on('error', (e) => { console.log(e.code); process.exit(0); });`;
const ask = async (from: string, address: string) => (await inside(from, process.execPath, '-e', ASK, address)).trim();

async function serve(name: string): Promise<void> {
  const child = spawn('ip', ['netns', 'exec', ns(name), process.execPath, '-e', SERVER, name]);
  servers.push(child);
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`server ended with ${code}`)));
  });
}

async function makeSegment(): Promise<void> {
  for (const name of ['world', ...Object.keys(NODES), ...Object.keys(PODS)]) {
    await ip('netns', 'add', ns(name));
    await inside(name, 'ip', 'link', 'set', 'lo', 'up');
  }
  await inside('world', 'ip', 'link', 'add', 'br0', 'type', 'bridge');
  await inside('world', 'ip', 'addr', 'add', '172.30.97.1/24', 'dev', 'br0');
  for (const claimed of ['10.96.0.0/16', '10.244.0.0/16', '203.0.113.9/32'])
    await inside('world', 'ip', 'route', 'add', 'local', claimed, 'dev', 'lo');
  for (const [name, address] of Object.entries(NODES)) {
    const peer = `v${name}`;
    await ip(...['link', 'add', peer, 'netns', ns('world'), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', ns(name)]);
    await inside('world', 'ip', 'link', 'set', peer, 'master', 'br0', 'up');
    await inside(name, 'ip', 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    await inside(name, 'ip', 'link', 'set', 'eth0', 'up');
    await inside(name, 'ip', 'route', 'add', 'default', 'via', '172.30.97.1');
  }
  await inside('world', 'ip', 'link', 'set', 'br0', 'up');
}

function start(node: string): void {
  const options = {
    client,
    log: silentLogger(),
    nodeName: node,
    clusterCidr: '10.244.0.0/16',
    serviceCidr: '10.96.0.0/16',
    cniConfDir: join(dir, node),
    cniBinDir: PLUGINS,
    repairPeriodMs: 300,
    host: createNetworkHost(['ip', 'netns', 'exec', ns(node)]),
  };
  running.push(runPodNetwork(options, controller.signal));
}

/** ADD by the configuration that the node was given; resolves with the pod's address. */
async function attach(pod: string, node: string): Promise<string> {
  const list = JSON.parse(readFileSync(join(dir, node, CONFIG_FILE), 'utf8'));
  const plugin = list.plugins[0];
  const ipam = { ...plugin.ipam, dataDir: join(dir, 'ipam') };
  const env = ['CNI_COMMAND=ADD', `CNI_CONTAINERID=${pod}`, `CNI_NETNS=/run/netns/${ns(pod)}`, 'CNI_IFNAME=eth0'];
  const result = await runCommand(
    'ip',
    ['netns', 'exec', ns(node), 'env', ...env, `CNI_PATH=${PLUGINS}`, join(PLUGINS, plugin.type)],
    { input: JSON.stringify({ ...plugin, ipam, name: list.name, cniVersion: list.cniVersion }) },
  );
  return JSON.parse(result).ips[0].address.split('/')[0];
}

function nodeObject(name: string, podCIDR: string | undefined, address: string): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: podCIDR === undefined ? {} : { podCIDR, podCIDRs: [podCIDR] },
    status: { addresses: [{ type: 'InternalIP', address }] },
  } as Node;
}

before(async () => {
  assert.ok(existsSync(join(PLUGINS, 'bridge')), `this test needs the CNI plugins in ${PLUGINS}`);
  dir = await mkdtemp(join(tmpdir(), 'pod-network-'));
  await makeSegment();
  await serve('world');
});

after(async () => {
  controller.abort();
  await Promise.all(running);
  for (const child of servers) child.kill('SIGKILL');
  for (const name of [...Object.keys(PODS), ...Object.keys(NODES), 'world'])
    await ip('netns', 'del', ns(name)).catch(() => {});
  await rm(dir, { recursive: true, force: true });
});

test('pods of two nodes reach each other, and nothing of the cluster leaks', async () => {
  // 1. Before the node has a range the guards stand already.
  client.add(nodeKind, nodeObject('n1', undefined, NODES.n1));
  client.add(nodeKind, nodeObject('n2', '10.244.2.0/24', NODES.n2));
  assert.match(await ask('n1', '10.96.3.4'), /^world /, 'without the guard it would leave by the default route');
  start('n1');
  start('n2');
  await eventually(async () => assert.equal(await ask('n1', '10.96.3.4'), 'ECONNREFUSED'));
  await eventually(async () => assert.match(await ask('n1', '10.244.9.9'), /EHOSTUNREACH|ENETUNREACH/));
  assert.equal(existsSync(join(dir, 'n1', CONFIG_FILE)), false);

  // 2. With the range comes the configuration; pods are attached by it.
  client.change(nodeKind, 'n1', (node) => {
    node.spec = { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24'] };
  });
  await eventually(() =>
    assert.ok(existsSync(join(dir, 'n1', CONFIG_FILE)) && existsSync(join(dir, 'n2', CONFIG_FILE))),
  );
  const address: Record<string, string> = {};
  for (const [pod, node] of Object.entries(PODS)) {
    address[pod] = await attach(pod, node);
    await serve(pod);
  }
  assert.match(address['p1'] ?? '', /^10\.244\.1\./);

  // 3. Between nodes and on one node, source kept; the node reaches pods too.
  await eventually(async () => assert.equal(await ask('p1', address['p2']!), `p2 ${address['p1']}`));
  assert.equal(await ask('p2', address['p1']!), `p1 ${address['p2']}`);
  assert.equal(await ask('p2', address['p3']!), `p3 ${address['p2']}`);
  assert.match(await ask('n1', address['p2']!), /^p2 /);

  // 4. To the outside with the node's address; cluster addresses that nobody has are refused, not forwarded.
  assert.equal(await ask('p1', '203.0.113.9'), `world ${NODES.n1}`);
  assert.equal(await ask('p1', '10.96.3.4'), 'ECONNREFUSED');
  assert.match(await ask('p1', '10.244.9.9'), /EHOSTUNREACH|ENETUNREACH/);

  // 5. What someone takes away comes back.
  await inside('n1', 'nft', 'delete', 'table', 'ip', 'pod-network');
  await inside('n1', 'ip', 'route', 'del', '10.244.2.0/24');
  await eventually(async () => assert.equal(await ask('p1', '10.96.3.4'), 'ECONNREFUSED'));
  await eventually(async () => assert.equal(await ask('p1', address['p2']!), `p2 ${address['p1']}`));

  // 6. A node that goes takes its route along; its range is unreachable then.
  client.remove(nodeKind, 'n2');
  await eventually(async () => assert.match(await ask('p1', address['p2']!), /EHOSTUNREACH|ENETUNREACH/));

  // 7. Another network's configuration: everything of ours goes.
  await writeFile(join(dir, 'n1', '05-other.conflist'), '{}');
  await eventually(async () => {
    assert.equal(existsSync(join(dir, 'n1', CONFIG_FILE)), false);
    assert.doesNotMatch(await inside('n1', 'nft', 'list', 'ruleset'), /pod-network/);
    assert.equal((await inside('n1', 'ip', 'route', 'show', 'proto', '67')).trim(), '');
  });
});
