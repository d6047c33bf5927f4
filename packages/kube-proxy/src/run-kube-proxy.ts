import { endpointSliceKind, serviceKind } from '@coxswain/api';
import { type ApiClient, createInformerFactory } from '@coxswain/client';
import { createMetrics, type Logger, startHealthServer } from '@coxswain/foundation';
import { NftablesBackend } from './nftables/nftables-backend.ts';
import type { Backend } from './rule-set.ts';
import { SyncLoop } from './sync-loop.ts';
import { SERVICE_NAME_LABEL, ServiceTracker } from './tracker/service-tracker.ts';

export interface KubeProxyOptions {
  readonly client: ApiClient;
  readonly log: Logger;
  /** This node's name, by which endpoints are told local. */
  readonly nodeName: string;
  readonly clusterCIDR: string | undefined;
  readonly serviceCIDR: string | undefined;
  /** Milliseconds; upstream's --iptables-sync-period and --iptables-min-sync-period. */
  readonly syncPeriodMs: number;
  readonly minSyncPeriodMs: number;
  /** TCP port of /healthz and /livez on all addresses; undefined for none. */
  readonly healthz?: { readonly host: string; readonly port: number };
  readonly metrics?: { readonly host: string; readonly port: number };
  /** For tests; nftables unless given. */
  readonly backend?: Backend;
}

/** Makes Services reachable from this node until the signal aborts. The rules stay when it ends, as upstream's do. */
export async function runKubeProxy(options: KubeProxyOptions, signal: AbortSignal): Promise<void> {
  const { client, log, nodeName, clusterCIDR, serviceCIDR } = options;
  const backend = options.backend ?? new NftablesBackend({ clusterCIDR, serviceCIDR, log });
  await backend.probe(signal);
  log.info({ backend: backend.name, node: nodeName }, 'proxying services');

  const metrics = createMetrics();
  const informers = createInformerFactory(client, { log });
  const services = informers.for(serviceKind);
  const slices = informers.for(endpointSliceKind, { labelSelector: SERVICE_NAME_LABEL });
  const tracker = new ServiceTracker({ services, slices, nodeName, onChange: () => loop.request() });
  const loop = new SyncLoop({
    tracker,
    backend,
    log,
    metrics,
    syncPeriodMs: options.syncPeriodMs,
    minSyncPeriodMs: options.minSyncPeriodMs,
  });
  const checks = [
    {
      name: 'sync',
      check: () => {
        if (Date.now() - loop.lastSync > 2 * options.syncPeriodMs + 30_000) throw new Error('no recent sync');
      },
    },
  ];
  if (options.healthz) await startHealthServer({ ...options.healthz, metrics, checks }, signal);
  if (options.metrics) await startHealthServer({ ...options.metrics, metrics }, signal);

  informers.start(signal);
  // Rules of before stay until everything is known: a restart drops nothing.
  await informers.waitForSync(signal);
  await loop.run(signal);
}
