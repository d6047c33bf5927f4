// What kube-proxy costs with few and with many Services, in network namespaces of its own (root, iproute2, nftables).
// MODES=nftables,iptables FEW=10 MANY=10000 CHANGES=20 ASKS=200
import { many, ProxyLab, type ProxyMode, sampleSlice } from '@coxswain/kube-proxy/testing';
import { figure, percentile } from './figures.ts';

const { MODES = 'nftables', FEW = '10', MANY = '10000', CHANGES = '20', ASKS = '200' } = process.env;
const A = '10.244.77.2';
const B = '10.244.78.2';

interface Round {
  readonly changeMs: number;
  readonly packetMs: number;
  readonly askMs: number;
}

async function round(lab: ProxyLab, mode: ProxyMode, services: number): Promise<Round> {
  const more = { mode, services };
  const { put } = many(services);
  const startMs = await lab.startProxy({ mode }, put);
  figure('full sync, from a started program', startMs, 'ms', more);
  const { rss, cpu } = await lab.proxy.ask<{ rss: number; cpu: { user: number; system: number } }>({ do: 'usage' });
  figure('resident after full sync', rss / 2 ** 20, 'MB', more);
  figure('processor time until then', (cpu.user + cpu.system) / 1000, 'ms', more);

  const changes: number[] = [];
  const packets: number[] = [];
  const vip = '10.96.100.1';
  for (let i = 0; i < Number(CHANGES); i++) {
    const [name, ip] = i % 2 === 0 ? (['b', B] as const) : (['a', A] as const);
    const began = performance.now();
    const changed = lab.change([sampleSlice([{ ip }], { service: 'many-0' })]);
    while (!(await lab.agent('client').ask(vip, 80)).startsWith(`${name} `));
    packets.push(performance.now() - began);
    changes.push(await changed);
  }
  const asks: number[] = [];
  for (let i = 0; i < Number(ASKS); i++) {
    const began = performance.now();
    await lab.agent('client').ask(vip, 80);
    asks.push(performance.now() - began);
  }
  const median = (values: readonly number[]) => percentile(values, 50);
  const result = { changeMs: median(changes), packetMs: median(packets), askMs: median(asks) };
  figure('endpoint change until the rules stand, median', result.changeMs, 'ms', more);
  figure('endpoint change until a packet follows, median', result.packetMs, 'ms', more);
  figure('first packet to answer, median', result.askMs, 'ms', more);
  return result;
}

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
}
