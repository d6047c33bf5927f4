// What kube-proxy costs with few and with many Services, in network namespaces of its own (root, iproute2, nftables).
// MODES=nftables,iptables FEW=10 MANY=10000 CHANGES=20 ASKS=200; PROFILE=folder writes a processor profile there.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ChildChannel } from '@coxswain/foundation/testing';
import { many, ProxyLab, type ProxyMode, sampleSlice } from '@coxswain/kube-proxy/testing';
import type { StandInRequest } from './api-stand-in.ts';
import { figure, percentile } from './figures.ts';
import { ServerUsage } from './server-usage.ts';

const { MODES = 'nftables', FEW = '10', MANY = '10000', CHANGES = '20', ASKS = '200', PROFILE } = process.env;
const root = resolve(import.meta.dirname, '../..');
const A = '10.244.77.2';
const B = '10.244.78.2';
const VIP = '10.96.100.1';
const folder = mkdtempSync(join(tmpdir(), 'bench-proxy-'));

interface Round {
  readonly packetMs: number;
  readonly askMs: number;
}

/** Asks until `wanted` answers; a question that nobody answers is given up soon. */
async function answered(lab: ProxyLab, wanted: RegExp): Promise<void> {
  while (!wanted.test(await lab.agent('client').ask(VIP, 80, { timeoutMs: 25 })));
}

/** After its first sync the program looks for what other modes left; changes are measured when that is done. */
async function idle(usage: ServerUsage): Promise<void> {
  for (let before = -1; before !== usage.cpuMicroseconds(); ) {
    before = usage.cpuMicroseconds() ?? 0;
    await new Promise((done) => setTimeout(done, 500));
  }
}

function startProxy(lab: ProxyLab, mode: ProxyMode, port: number): ChildProcess {
  const kubeconfig = join(folder, 'kubeconfig');
  const here = { clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }] };
  const context = { contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }], 'current-context': 'c' };
  const text = { apiVersion: 'v1', kind: 'Config', ...here, ...context, users: [{ name: 'u', user: {} }] };
  writeFileSync(kubeconfig, JSON.stringify(text));
  const flags = [`--kubeconfig=${kubeconfig}`, `--proxy-mode=${mode}`, '--hostname-override=node-1'];
  const profile = PROFILE === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${PROFILE}`];
  const program = [process.execPath, ...profile, join(root, 'dist/kube-proxy.mjs')];
  const args = ['netns', 'exec', lab.lab.ns('node'), ...program, ...flags, '--cluster-cidr=10.244.0.0/16'];
  // As on a node: deploy/node/base.Dockerfile.
  const env = { ...process.env, NODE_OPTIONS: '--max-semi-space-size=4', MALLOC_ARENA_MAX: '1' };
  return spawn('ip', args, { stdio: ['ignore', 'ignore', 'inherit'], env });
}

async function round(lab: ProxyLab, mode: ProxyMode, services: number): Promise<Round> {
  const more = { mode, services };
  const { put } = many(services);
  put[1] = sampleSlice([{ ip: A }], { service: 'many-0' });
  const inNode = ['netns', 'exec', lab.lab.ns('node'), process.execPath, join(import.meta.dirname, 'api-stand-in.ts')];
  const api = await ChildChannel.start<StandInRequest>('ip', inNode);
  let port = 0;
  for (let i = 0; i < put.length; i += 1000) port = await api.ask({ put: put.slice(i, i + 1000) });

  const began = performance.now();
  const proxy = startProxy(lab, mode, port);
  const usage = new ServerUsage(String(proxy.pid));
  try {
    await answered(lab, /^[ab] /);
    figure('full sync, from the start of the program to a packet', performance.now() - began, 'ms', more);
    figure('processor time until then', (usage.cpuMicroseconds() ?? 0) / 1000, 'ms', more);
    figure('resident then', usage.residentMegabytes() ?? 0, 'MB', more);

    await idle(usage);
    const packets: number[] = [];
    const busy = await usage.during(Number(CHANGES), async () => {
      for (let i = 0; i < Number(CHANGES); i++) {
        const [name, ip] = i % 2 === 0 ? ([/^b /, B] as const) : ([/^a /, A] as const);
        // One alone: the next of a burst waits for --iptables-min-sync-period.
        await new Promise((done) => setTimeout(done, 60));
        const changed = performance.now();
        void api.ask({ put: [sampleSlice([{ ip }], { service: 'many-0' })] });
        await answered(lab, name);
        packets.push(performance.now() - changed);
      }
    });
    const asks: number[] = [];
    for (let i = 0; i < Number(ASKS); i++) {
      const asked = performance.now();
      await lab.agent('client').ask(VIP, 80);
      asks.push(performance.now() - asked);
    }
    const cpuMs = (busy.cpu.cpuUs ?? 0) / 1000;
    figure('endpoint change until a packet follows, median', percentile(packets, 50), 'ms', { ...more, cpuMs });
    figure('first packet to answer, median', percentile(asks, 50), 'ms', more);
    // The fastest tenth says least of whatever else the machine does.
    const result = { packetMs: percentile(packets, 10), askMs: percentile(asks, 10) };
    figure('endpoint change until a packet follows, fastest tenth', result.packetMs, 'ms', more);
    figure('first packet to answer, fastest tenth', result.askMs, 'ms', more);
    figure('resident after the changes', usage.residentMegabytes() ?? 0, 'MB', more);
    return result;
  } finally {
    const ended = new Promise((done) => proxy.once('exit', done));
    proxy.kill();
    await ended;
    await api.kill();
    await lab.lab.run('node', ['nft', 'flush', 'ruleset']);
  }
}

execFileSync(process.execPath, [join(root, 'scripts/bundle.ts'), 'kube-proxy'], { stdio: 'ignore' });
const lab = await ProxyLab.create();
try {
  for (const mode of MODES.split(',') as ProxyMode[]) {
    const few = await round(lab, mode, Number(FEW));
    const lots = await round(lab, mode, Number(MANY));
    figure('endpoint change, many to few', lots.packetMs / few.packetMs, 'ratio', { mode, aim: 2 });
    figure('first packet, many to few', lots.askMs / few.askMs, 'ratio', { mode, aim: 1.2 });
  }
} finally {
  await lab.close();
  rmSync(folder, { recursive: true });
}
