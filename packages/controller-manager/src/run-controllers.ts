import { isNotFound, statusCause } from '@coxswain/api';
import {
  type ApiClient,
  type Controller,
  createEventRecorder,
  createInformerFactory,
  done,
  type EventRecorder,
  requeueAfter,
  runController,
} from '@coxswain/client';
import type { Clock, Logger, Metrics } from '@coxswain/foundation';
import type { ControllerContext } from './controller-context.ts';
import type { Registration } from './registrations.ts';

export interface RunControllersOptions {
  readonly client: ApiClient;
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly registrations: readonly Registration[];
}

/** Runs controllers over informers that they share, until the signal aborts. Nothing is left over for a second run. */
export async function runControllers(options: RunControllersOptions, signal: AbortSignal): Promise<void> {
  const { client, log, clock, metrics } = options;
  const recorders = new Map<string, EventRecorder>();
  const context: ControllerContext = {
    client,
    clock,
    log,
    informers: createInformerFactory(client, { log, clock }),
    eventsOf(component) {
      const recorder = recorders.get(component) ?? createEventRecorder({ client, component, log, clock });
      recorders.set(component, recorder);
      return recorder;
    },
  };
  const loops = options.registrations.map((registration) => {
    if ('run' in registration) return () => registration.run(context, metrics, signal);
    const controller = toleratingGone(registration.create(context), log);
    return () => runController(controller, { workers: registration.workers, log, metrics, clock }, signal);
  });
  context.informers.start(signal);
  await Promise.all(loops.map((loop) => loop()));
  for (const recorder of recorders.values()) recorder.close();
}

const GONE_RETRY_MS = 500;

/**
 * A write to an object that went a moment ago is no failure: the cache will say so too. Nor is a creation in a namespace
 * that goes: whatever wants it goes too.
 */
function toleratingGone(controller: Controller, log: Logger): Controller {
  return {
    ...controller,
    async reconcile(key, context) {
      try {
        return await controller.reconcile(key, context);
      } catch (error) {
        if (statusCause(error, 'NamespaceTerminating')) return done;
        if (!isNotFound(error)) throw error;
        log.debug(
          { controller: controller.name, key, reason: (error as Error).message },
          'reconcile met a gone object',
        );
        return requeueAfter(GONE_RETRY_MS);
      }
    },
  };
}
