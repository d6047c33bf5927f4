import type { CriClient } from '@coxswain/cri';
import type { Metrics } from '@coxswain/foundation';
import type { FastifyInstance } from 'fastify';
import type { KubeletOptions } from '../kubelet-options.ts';
import type { MachineInfo } from '../node/machine-info.ts';
import { configz } from './configz.ts';
import type { NodeStatsSource } from './node-stats.ts';
import { containerUses, renderCadvisorMetrics, renderResourceMetrics } from './resource-metrics.ts';
import { summary } from './summary.ts';

export interface StatsRoutesOptions {
  readonly options: KubeletOptions;
  readonly nodeName: string;
  readonly machine: MachineInfo;
  readonly cri: CriClient;
  readonly stats: NodeStatsSource;
  readonly probes: Metrics;
}

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** `/stats/summary`, `/metrics/resource`, `/metrics/cadvisor`, `/metrics/probes` and `/configz`. */
export function addStatsRoutes(app: FastifyInstance, parts: StatsRoutesOptions): void {
  const { options, cri, stats, machine } = parts;
  app.get('/stats/summary', async () => summary(parts));
  app.get('/metrics/resource', async (_, reply) => {
    const [uses, node] = await Promise.all([containerUses(cri), stats()]);
    return reply.type(TEXT).send(renderResourceMetrics(uses, node));
  });
  app.get('/metrics/cadvisor', async (_, reply) =>
    reply.type(TEXT).send(renderCadvisorMetrics(await containerUses(cri), machine)),
  );
  app.get('/metrics/probes', async (_, reply) => reply.type(TEXT).send(await parts.probes.metrics()));
  app.get('/configz', async () => configz(options));
}
