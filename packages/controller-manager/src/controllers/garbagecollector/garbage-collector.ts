import { isConflict } from '@coxswain/api';
import { isConnectionError, WorkQueue, workQueueMetrics } from '@coxswain/client';
import { aborted, type Metrics } from '@coxswain/foundation';
import type { ControllerContext } from '../../controller-context.ts';
import { Collector } from './collect.ts';
import { OwnerGraph } from './owner-graph.ts';
import { ResourceMonitors } from './resource-monitors.ts';

export interface GarbageCollectorOptions {
  readonly workers: number;
  readonly metrics?: Metrics | undefined;
  /** How often discovery is read again, milliseconds. */
  readonly resyncPeriodMs?: number;
}

const SYNC_TIMEOUT_MS = 30_000;

/**
 * Deletes what has lost all its owners, and carries out orphan and foreground deletion, over every resource that the
 * server has. Runs until the signal aborts; never rejects.
 */
export async function runGarbageCollector(
  context: ControllerContext,
  options: GarbageCollectorOptions,
  signal: AbortSignal,
): Promise<void> {
  const { client, clock } = context;
  const log = context.log.child({ controller: 'garbage-collector' });
  const { workers, metrics, resyncPeriodMs = 30_000 } = options;
  const graph = new OwnerGraph();
  const queue: WorkQueue = new WorkQueue({
    clock,
    observer: metrics && workQueueMetrics(metrics, 'garbage_collector_attempt_to_delete', () => queue.unfinished()),
  });
  const enqueue = (uids: readonly string[]) => {
    for (const uid of uids) queue.add(uid);
  };
  const monitors = new ResourceMonitors(context, {
    upserted: (object, resource) => enqueue(graph.upsert(object, resource)),
    removed: (object) => enqueue(graph.remove(object.metadata.uid ?? '')),
  });
  const collector = new Collector({
    client,
    graph,
    monitors,
    enqueue,
    events: context.eventsOf('garbage-collector-controller'),
  });

  const refreshing = refresh();
  await untilSynced();
  log.info({ objects: graph.size }, 'starting controller');
  const working = Array.from({ length: workers }, () => work());
  await aborted(signal);
  queue.shutDown();
  await Promise.all([refreshing, ...working]);

  async function refresh(): Promise<void> {
    while (!signal.aborted) {
      try {
        await monitors.refresh(signal);
      } catch (err) {
        if (!signal.aborted) log.warn({ reason: err instanceof Error ? err.message : err }, 'discovery failed');
      }
      await clock.sleep(resyncPeriodMs, signal).catch(() => {});
    }
  }

  /** Starting early is safe, since absence is always confirmed by the server; it would only cost requests. */
  async function untilSynced(): Promise<void> {
    const deadline = clock.now() + SYNC_TIMEOUT_MS;
    while (!signal.aborted && clock.now() < deadline && !(monitors.started && monitors.synced))
      await clock.sleep(100, signal).catch(() => {});
  }

  async function work(): Promise<void> {
    for (let uid = await queue.take(); uid !== undefined; uid = await queue.take()) {
      try {
        await collector.process(uid, signal);
        queue.forget(uid);
      } catch (error) {
        if (!signal.aborted) report(uid, error);
        queue.addRateLimited(uid);
      } finally {
        queue.done(uid);
      }
    }
  }

  function report(uid: string, err: unknown): void {
    const { namespace, name, resource } = graph.get(uid) ?? {};
    const fields = {
      object: `${namespace ?? ''}/${name ?? ''}`,
      resource: resource?.plural,
      retries: queue.failures(uid),
    };
    if (isConflict(err) || isConnectionError(err)) log.debug({ ...fields, err }, 'garbage collection is tried again');
    else log.warn({ ...fields, err }, 'garbage collection failed');
  }
}
