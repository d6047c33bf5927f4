import { isConflict } from '@coxswain/api';
import { aborted, type Clock, type Logger, type Metrics } from '@coxswain/foundation';
import type { Controller, Source } from '../controller.ts';
import { isConnectionError } from '../rest/connection-error.ts';
import { WorkQueue, type WorkQueueObserver } from './work-queue.ts';
import { workQueueMetrics } from './work-queue-metrics.ts';

export interface RunControllerOptions {
  /** How many keys are reconciled at a time; a key never twice at once. */
  readonly workers: number;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Runs one controller until the signal aborts: waits for its sources' first lists, feeds the queue from their events,
 * reconciles. A failed key is tried again after its back-off. Resolves when the last reconcile has ended; never rejects.
 * The informers must be started by whoever made them.
 */
export async function runController(
  controller: Controller,
  options: RunControllerOptions,
  signal: AbortSignal,
): Promise<void> {
  const log = options.log.child({ controller: controller.name });
  const queue: WorkQueue = new WorkQueue({ clock: options.clock, observer: observe() });
  function observe(): WorkQueueObserver | undefined {
    return options.metrics && workQueueMetrics(options.metrics, controller.name, () => queue.unfinished());
  }
  try {
    await Promise.all(controller.sources.map(({ informer }) => informer.waitForSync(signal)));
  } catch {
    return;
  }
  const removals = controller.sources.map((source) => feed(source, queue));
  log.info('starting controller');
  const workers = Array.from({ length: options.workers }, () => work());
  await aborted(signal);
  for (const remove of removals) remove();
  queue.shutDown();
  await Promise.all(workers);

  async function work(): Promise<void> {
    for (;;) {
      const key = await queue.take();
      if (key === undefined) return;
      try {
        const result = await controller.reconcile(key, { signal });
        queue.forget(key);
        if (result.kind === 'requeueAfter') queue.addAfter(key, result.ms);
      } catch (error) {
        if (!signal.aborted) report(key, error);
        queue.addRateLimited(key);
      } finally {
        queue.done(key);
      }
    }
  }

  function report(key: string, error: unknown): void {
    const retries = queue.failures(key);
    if (isConflict(error)) log.debug({ key, retries, reason: (error as Error).message }, 'reconcile met a conflict');
    else if (isConnectionError(error)) log.warn({ key, retries, reason: error.message }, 'reconcile lost the server');
    else log.error({ key, retries, err: error }, 'reconcile failed');
  }
}

function feed({ informer, keys }: Source, queue: WorkQueue): () => void {
  const add = (found: readonly string[]) => {
    for (const key of found) queue.add(key);
  };
  return informer.addHandler({
    added: (object) => add(keys(object, 'added')),
    updated: (object, old) => add(keys(object, 'updated', old)),
    deleted: (object) => add(keys(object, 'deleted')),
  });
}
