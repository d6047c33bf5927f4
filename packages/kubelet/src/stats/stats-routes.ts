import type { CriClient } from '@coxswain/cri';
import type { Metrics } from '@coxswain/foundation';
import type { KubeletOptions } from '../kubelet-options.ts';
import type { MachineInfo } from '../node/machine-info.ts';
import { json, type Route } from '../server/route.ts';
import { configz } from './configz.ts';
import type { DiskUsage } from './disk-usage.ts';
import type { NodeStatsSource } from './node-stats.ts';
import { containerUses, renderCadvisorMetrics, renderResourceMetrics } from './resource-metrics.ts';
import { summary } from './summary.ts';

export interface StatsRoutesOptions {
  readonly options: KubeletOptions;
  readonly nodeName: string;
  readonly machine: MachineInfo;
  readonly cri: CriClient;
  readonly stats: NodeStatsSource;
  readonly disks: DiskUsage;
  readonly probes: Metrics;
}

const TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** `/stats/summary`, `/metrics/resource`, `/metrics/cadvisor`, `/metrics/probes` and `/configz`. */
export function statsRoutes(parts: StatsRoutesOptions): Route[] {
  const { options, cri, stats, machine, probes } = parts;
  const get = (path: string, answer: Route['answer']): Route => ({ method: 'GET', path, answer });
  const text = (path: string, render: () => Promise<string>) =>
    get(path, async () => ({ type: TYPE, body: await render() }));
  return [
    get('/stats/summary', async () => json(await summary(parts))),
    text('/metrics/resource', async () => {
      const [uses, node] = await Promise.all([containerUses(cri), stats()]);
      return renderResourceMetrics(uses, node);
    }),
    text('/metrics/cadvisor', async () => renderCadvisorMetrics(await containerUses(cri), machine)),
    text('/metrics/probes', () => probes.metrics()),
    get('/configz', () => json(configz(options))),
  ];
}
