import { endpointSliceKind, type Node, nodeKind, SERVICE_NAME_LABEL, serviceKind } from '@coxswain/api';
import { type ApiClient, createInformerFactory } from '@coxswain/client';
import { createMetrics, type Logger, startHealthServer } from '@coxswain/foundation';
import { type BackendOptions, cleanupOthers, createBackend, type ProxyMode, probeBackend } from './create-backend.ts';
import { planHealthChecks, type ServiceHealth } from './health/plan-health-checks.ts';
import { ServiceHealthServers } from './health/service-health-servers.ts';
import type { Backend } from './rule-set.ts';
import { SyncLoop } from './sync-loop.ts';
import { keptOfService, keptOfSlice } from './tracker/kept-parts.ts';
import { ServiceTracker } from './tracker/service-tracker.ts';

const ZONE_LABEL = 'topology.kubernetes.io/zone';

export interface KubeProxyOptions {
  readonly client: ApiClient;
  readonly log: Logger;
  /** This node's name, by which endpoints are told local. */
  readonly nodeName: string;
  /** Ranges of pod addresses and of cluster IPs, one a family. */
  readonly clusterCIDRs: readonly string[];
  readonly serviceCIDRs: readonly string[];
  /** The first that works on this machine unless given. */
  readonly mode?: ProxyMode | undefined;
  /** Services that say nothing go to the replica on the caller's own node first. */
  readonly preferLocal?: boolean;
  /** Milliseconds; upstream's --iptables-sync-period and --iptables-min-sync-period. */
  readonly syncPeriodMs: number;
  readonly minSyncPeriodMs: number;
  /** TCP port of /healthz and /livez on all addresses; undefined for none. */
  readonly healthz?: { readonly host: string; readonly port: number };
  readonly metrics?: { readonly host: string; readonly port: number };
  /** For tests; that of `mode` unless given. */
  readonly backend?: Backend;
  /** Called after each sync that succeeded, with true when changes wait already. */
  readonly onSynced?: (more: boolean) => void;
}

/** Makes Services reachable from this node until the signal aborts. The rules stay when it ends, as upstream's do. */
export async function runKubeProxy(options: KubeProxyOptions, signal: AbortSignal): Promise<void> {
  const { client, log, nodeName, preferLocal = false } = options;
  const backend = options.backend ?? (await chooseBackend(options.mode, options, signal));
  log.info({ backend: backend.name, node: nodeName, preferLocal }, 'proxying services');

  const metrics = createMetrics();
  const informers = createInformerFactory(client, { log });
  const services = informers.for(serviceKind, { transform: keptOfService });
  const slices = informers.for(endpointSliceKind, { labelSelector: SERVICE_NAME_LABEL, transform: keptOfSlice });
  const nodes = informers.for(nodeKind, backend.avoid ? {} : { fieldSelector: `metadata.name=${nodeName}` });
  const tracker = new ServiceTracker({
    services,
    slices,
    place: { node: nodeName, preferLocal, serviceCIDRs: options.serviceCIDRs },
    onChange: () => loop.request(),
    onBadInput: (service, err) => log.error({ err, service }, 'a service or its endpoints can not be understood'),
  });
  const setZone = (node: Node) => {
    if (node.metadata.name === nodeName) tracker.setZone(node.metadata.labels?.[ZONE_LABEL]);
  };
  const noticeNode = (node: Node) => {
    setZone(node);
    backend.avoid?.(addressesOf(nodes.lister.list()));
  };
  nodes.addHandler({ added: noticeNode, updated: noticeNode });
  let checked: ReadonlyMap<string, ServiceHealth> = new Map();
  const healthy = () => Date.now() - loop.lastSync <= 2 * options.syncPeriodMs + 30_000;
  const serviceHealth = new ServiceHealthServers({ log, proxyHealthy: healthy });
  const loop = new SyncLoop({
    tracker,
    backend,
    log,
    metrics,
    syncPeriodMs: options.syncPeriodMs,
    minSyncPeriodMs: options.minSyncPeriodMs,
    serviceCIDRs: options.serviceCIDRs,
    onSynced: async (ruleSet, { changed, first, more }) => {
      checked = changed === undefined ? planHealthChecks(ruleSet) : planHealthChecks(ruleSet, changed, checked);
      serviceHealth.sync(checked);
      // Once our own rules stand, so that a change of mode drops nothing.
      if (first && options.backend === undefined) await cleanupOthers(backend.name, 'after', options, signal);
      options.onSynced?.(more);
    },
  });
  const checks = [
    {
      name: 'sync',
      check: () => {
        if (!healthy()) throw new Error('no recent sync');
      },
    },
  ];
  if (options.healthz) await startHealthServer({ ...options.healthz, metrics, checks }, signal);
  if (options.metrics) await startHealthServer({ ...options.metrics, metrics }, signal);

  informers.start(signal);
  // Rules of before stay until everything is known: a restart drops nothing.
  await informers.waitForSync(signal);
  if (options.backend === undefined) await cleanupOthers(backend.name, 'before', options, signal);
  await loop.run(signal);
  serviceHealth.close();
}

async function chooseBackend(
  mode: ProxyMode | undefined,
  options: BackendOptions,
  signal: AbortSignal,
): Promise<Backend> {
  if (mode === undefined) return probeBackend(options, signal);
  const backend = createBackend(mode, options);
  await backend.probe(signal);
  return backend;
}

function addressesOf(nodes: readonly Node[]): ReadonlySet<string> {
  return new Set(nodes.flatMap(({ status }) => (status?.addresses ?? []).map(({ address }) => address)));
}
