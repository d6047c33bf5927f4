import { setTimeout as pause } from 'node:timers/promises';
import type { ClusterProcess } from './cluster-processes.ts';
import { clockFigure, figure } from './figures.ts';

/** Processor time over so many seconds, in percent of a core, and memory: of each process and of all. */
export async function measureIdle(what: string, processes: readonly ClusterProcess[], seconds: number): Promise<void> {
  const before = processes.map(({ usage }) => usage.cpuMicroseconds() ?? 0);
  const began = performance.now();
  await pause(seconds * 1000);
  const elapsed = (performance.now() - began) * 1000;
  const all = { cpu: 0, rss: 0, pss: 0 };
  processes.forEach(({ name, usage }, i) => {
    const cpu = (((usage.cpuMicroseconds() ?? 0) - (before[i] ?? 0)) / elapsed) * 100;
    const { rss, pss } = usage.memoryMegabytes() ?? { rss: 0, pss: 0 };
    all.cpu += cpu;
    all.rss += rss;
    all.pss += pss;
    clockFigure(`${what}: ${name}, processor`, cpu, '% of a core', { seconds });
    figure(`${what}: ${name}, resident`, rss, 'MB', { pss: Math.round(pss * 10) / 10 });
  });
  clockFigure(`${what}: together, processor`, all.cpu, '% of a core', { seconds });
  figure(`${what}: together, resident`, all.rss, 'MB', { pss: Math.round(all.pss * 10) / 10 });
}
