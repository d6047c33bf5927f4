import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeKind } from '@coxswain/api';
import { type ApiClient, createInformerFactory } from '@coxswain/client';
import {
  Backoff,
  type Clock,
  Counter,
  createMetrics,
  type Logger,
  startHealthServer,
  systemClock,
} from '@coxswain/foundation';
import { createNetworkHost, type NetworkHost } from './network-host.ts';
import { viewNode } from './node-view.ts';
import { runPolicies } from './policy/run-policies.ts';
import { Reconciler, type ReconcilerOptions } from './reconciler.ts';
import { Wake } from './wake.ts';

export interface PodNetworkOptions extends Omit<ReconcilerOptions, 'host'> {
  readonly client: ApiClient;
  readonly log: Logger;
  /** Directories with the CNI plugins, `:` between. */
  readonly cniBinDir: string;
  /** TCP port of /healthz and /metrics on loopback; undefined for none. */
  readonly healthzPort?: number | undefined;
  /** Milliseconds between checks that all is still in place; 30 s unless given. */
  readonly repairPeriodMs?: number | undefined;
  /** This process's own network unless given. */
  readonly host?: NetworkHost | undefined;
  readonly clock?: Clock | undefined;
}

/** Events within this many milliseconds are one change. */
const SETTLE_MS = 50;

/**
 * Makes this node's pods reachable from the other nodes' until the signal aborts. Routes, rules and the CNI
 * configuration stay when it ends, so that a restart interrupts nothing.
 */
export async function runPodNetwork(options: PodNetworkOptions, signal: AbortSignal): Promise<void> {
  const { client, log, nodeName, clock = systemClock, repairPeriodMs = 30_000, cniBinDir } = options;
  const host = options.host ?? createNetworkHost();
  const reconciler = new Reconciler({ ...options, host });
  const metrics = createMetrics();
  const failures = new Counter({
    name: 'pod_network_sync_failures_total',
    help: 'Passes over the network that failed',
    registers: [metrics],
  });
  let lastSync = 0;
  const check = () => {
    if (clock.now() - lastSync > 2 * repairPeriodMs + 30_000) throw new Error('no recent sync');
    if (!reconciler.ready) throw new Error('this node has no pod range yet');
  };
  if (options.healthzPort !== undefined)
    await startHealthServer({ port: options.healthzPort, metrics, checks: [{ name: 'sync', check }] }, signal);
  for (const plugin of await missingPlugins(cniBinDir))
    log.error({ plugin, path: cniBinDir }, 'a CNI plugin is missing, pods will not get a network');

  const wake = new Wake(clock);
  const informers = createInformerFactory(client, { log });
  const nodes = informers.for(nodeKind);
  const views = () => (nodes.synced ? nodes.lister.list().map(viewNode) : undefined);
  let seen = '';
  const notice = () => {
    const now = JSON.stringify(views());
    if (now !== seen) wake.now();
    seen = now;
  };
  nodes.addHandler({ added: notice, updated: notice, deleted: notice });
  informers.start(signal);
  void informers.waitForSync(signal).then(notice, () => {});
  log.info({ node: nodeName }, 'connecting the pods of the nodes');

  const standsBack = () => reconciler.standsBack;
  const podCidr = () => reconciler.podCidr;
  const enforcing = { client, log, nodeName, host, standsBack, podCidr, repairPeriodMs, clock };
  const policies = runPolicies(enforcing, signal).catch((err: unknown) => {
    if (!signal.aborted) log.error({ err }, 'network policies are not enforced');
  });
  const backoff = new Backoff({ initial: 200, max: 10_000, jitter: 0.2 });
  while (!signal.aborted) {
    let waitMs = repairPeriodMs;
    try {
      await reconciler.reconcile(views(), signal);
      lastSync = clock.now();
      backoff.reset();
    } catch (err) {
      if (signal.aborted) break;
      failures.inc();
      log.error({ err }, 'changing the network failed');
      waitMs = backoff.next();
    }
    await wake.wait(waitMs, signal);
    await clock.sleep(SETTLE_MS, signal).catch(() => {});
  }
  await policies;
}

async function missingPlugins(binDir: string): Promise<string[]> {
  const missing: string[] = [];
  for (const plugin of ['bridge', 'host-local', 'portmap', 'loopback']) {
    const found = await Promise.all(
      binDir.split(':').map((dir) =>
        access(join(dir, plugin), constants.X_OK).then(
          () => true,
          () => false,
        ),
      ),
    );
    if (!found.includes(true)) missing.push(plugin);
  }
  return missing;
}
