// Throughput between pods of two nodes by pod-network, over that of the same namespaces joined by hand: nodes on one
// segment (host routes) and nodes behind a router (VXLAN). Root, iproute2, nftables and containernetworking-plugins;
// the sender is our own. ROUNDS (5) in turn of SECONDS (2); a ratio is the median of the rounds' ratios.
import { type ChildChannel, NetworkLab } from '@coxswain/foundation/testing';
import { NodeLab } from '@coxswain/pod-network/testing';
import { figure, percentile } from './figures.ts';
import type { Sent, StreamRequest } from './stream-bytes.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const SECONDS = Number(process.env['SECONDS'] ?? 2);
const PORT = 9000;
const STREAM = `${import.meta.dirname}/stream-bytes.ts`;

/** Nodes n1 and n2 on one segment, n3 on another behind a router that knows nothing of pods. */
const NODES = [
  { name: 'n1', address: '172.30.97.11', gateway: '172.30.97.1', podCIDR: '10.244.1.0/24' },
  { name: 'n2', address: '172.30.97.12', gateway: '172.30.97.1', podCIDR: '10.244.2.0/24' },
  { name: 'n3', address: '172.30.98.13', gateway: '172.30.98.1', podCIDR: '10.244.3.0/24' },
] as const;

async function segments(lab: NetworkLab): Promise<void> {
  await lab.namespace('router', { forwarding: true });
  await lab.run('router', ['ip', 'link', 'add', 'br0', 'type', 'bridge']);
  await lab.run('router', ['ip', 'addr', 'add', '172.30.97.1/24', 'dev', 'br0']);
  await lab.run('router', ['ip', 'link', 'set', 'br0', 'up']);
  for (const { name, address, gateway } of NODES) {
    await lab.namespace(name, { forwarding: true });
    const far = name === 'n3' ? { addresses: ['172.30.98.1/24'] } : {};
    await lab.link(
      { in: 'router', dev: `to-${name}`, ...far },
      { in: name, dev: 'eth0', addresses: [`${address}/24`], gateways: [gateway] },
    );
    if (name !== 'n3') await lab.run('router', ['ip', 'link', 'set', 'dev', `to-${name}`, 'master', 'br0']);
  }
}

/** Addresses of a pod on each node. */
type Addresses = Readonly<Record<'n1' | 'n2' | 'n3', string>>;

/** As someone would with ip alone: bridges, a route to the neighbour, a tunnel to the far node. */
async function joinByHand(lab: NetworkLab): Promise<Addresses> {
  for (const { name, podCIDR } of NODES) {
    const prefix = podCIDR.replace(/\.0\/24$/, '');
    await lab.namespace(`pod-${name}`);
    await lab.run(name, ['ip', 'link', 'add', 'pods', 'type', 'bridge']);
    await lab.run(name, ['ip', 'addr', 'add', `${prefix}.1/24`, 'dev', 'pods']);
    await lab.run(name, ['ip', 'link', 'set', 'pods', 'up']);
    await lab.link(
      { in: name, dev: 'pod' },
      { in: `pod-${name}`, dev: 'eth0', addresses: [`${prefix}.2/24`], gateways: [`${prefix}.1`] },
    );
    await lab.run(name, ['ip', 'link', 'set', 'dev', 'pod', 'master', 'pods']);
  }
  const tunnel = async (from: number, to: number) => {
    const [here, there] = [NODES[from], NODES[to]];
    if (!here || !there) return;
    const inner = (node: { podCIDR: string }) => node.podCIDR.replace('10.244.', '10.99.').replace('.0/24', '.1');
    const ends = ['id', '7', 'local', here.address, 'remote', there.address, 'dstport', '8472'];
    await lab.run(here.name, ['ip', 'link', 'add', 'tunnel', 'type', 'vxlan', ...ends]);
    await lab.run(here.name, ['ip', 'addr', 'add', inner(here), 'peer', inner(there), 'dev', 'tunnel']);
    await lab.run(here.name, ['ip', 'link', 'set', 'tunnel', 'up']);
    await lab.run(here.name, ['ip', 'route', 'add', there.podCIDR, 'via', inner(there), 'dev', 'tunnel']);
    await lab.run(`pod-${here.name}`, ['ip', 'route', 'change', 'default', 'via', podGateway(here), 'mtu', '1450']);
  };
  await lab.run('n1', ['ip', 'route', 'add', NODES[1].podCIDR, 'via', NODES[1].address]);
  await lab.run('n2', ['ip', 'route', 'add', NODES[0].podCIDR, 'via', NODES[0].address]);
  await tunnel(0, 2);
  await tunnel(2, 0);
  await lab.run('pod-n1', ['ip', 'route', 'change', 'default', 'via', podGateway(NODES[0])]);
  await lab.run('pod-n1', ['ip', 'route', 'add', NODES[2].podCIDR, 'via', podGateway(NODES[0]), 'mtu', '1450']);
  return { n1: '10.244.1.2', n2: '10.244.2.2', n3: '10.244.3.2' };
}

function podGateway({ podCIDR }: { readonly podCIDR: string }): string {
  return podCIDR.replace('.0/24', '.1');
}

async function joinByPodNetwork(nodes: NodeLab): Promise<Addresses> {
  for (const { name, podCIDR, address } of NODES) nodes.addNode(name, podCIDR, address);
  for (const { name } of NODES) nodes.start(name);
  const address = async (node: string) => (await nodes.pod(`pod-${node}`, node)).address;
  return { n1: await address('n1'), n2: await address('n2'), n3: await address('n3') };
}

interface Side {
  readonly sender: ChildChannel<StreamRequest>;
  readonly addresses: Addresses;
}

async function side(lab: NetworkLab, addresses: Addresses): Promise<Side> {
  for (const pod of ['pod-n2', 'pod-n3']) {
    const taker = await lab.program<StreamRequest>(pod, STREAM, []);
    await taker.ask({ do: 'take', port: PORT });
    programs.push(taker);
  }
  const sender = await lab.program<StreamRequest>('pod-n1', STREAM, []);
  programs.push(sender);
  return { sender, addresses };
}

async function megabytesASecond({ sender, addresses }: Side, to: 'n2' | 'n3'): Promise<number> {
  for (let attempt = 0; ; attempt++)
    try {
      const { bytes, ms } = await sender.ask<Sent>({ do: 'send', host: addresses[to], port: PORT, ms: SECONDS * 1000 });
      return bytes / ms / 1000;
    } catch (error) {
      // The routes of pod-network may still be on their way.
      if (attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

const programs: ChildChannel<StreamRequest>[] = [];
const hand = new NetworkLab();
const nodes = await NodeLab.create();
try {
  await segments(hand);
  await segments(nodes.lab);
  const byHand = await side(hand, await joinByHand(hand));
  const ours = await side(nodes.lab, await joinByPodNetwork(nodes));
  for (const [path, to] of [
    ['host routes', 'n2'],
    ['VXLAN', 'n3'],
  ] as const) {
    const rounds: { hand: number; ours: number }[] = [];
    for (let i = 0; i < ROUNDS; i++)
      rounds.push({ hand: await megabytesASecond(byHand, to), ours: await megabytesASecond(ours, to) });
    const median = (of: (round: { hand: number; ours: number }) => number) => percentile(rounds.map(of), 50);
    figure(
      'joined by hand',
      median((round) => round.hand),
      'MB/s',
      { path },
    );
    figure(
      'pod to pod across nodes',
      median((round) => round.ours),
      'MB/s',
      { path },
    );
    figure(
      'pod to pod over joined by hand',
      median((round) => round.ours / round.hand),
      'ratio',
      { path, aim: 0.9 },
    );
  }
} finally {
  await Promise.all(programs.map((program) => program.kill()));
  await nodes.close();
  await hand.close();
}
