import { type Event, eventKind, isNotFound, type KubeObject, type ObjectReference, StatusError } from '@coxswain/api';
import { type Clock, type Logger, systemClock } from '@coxswain/foundation';
import type { ApiClient } from '../api-client.ts';
import { WorkQueue } from '../controller/work-queue.ts';
import { EventCorrelator, type EventState, type EventType } from './correlate-events.ts';

export interface EventRecorderOptions {
  readonly client: ApiClient;
  /** `source.component`, such as `default-scheduler`. */
  readonly component: string;
  /** `source.host`: the node, for components that run on one. */
  readonly host?: string | undefined;
  readonly log: Logger;
  readonly clock?: Clock | undefined;
}

export interface EventRecorder {
  /**
   * Tells the world what happened to an object (or to what a reference points at, e.g. one container by `fieldPath`).
   * Returns at once, never throws; an event is lost rather than that anything waits for it.
   */
  event(object: KubeObject | ObjectReference, type: EventType, reason: string, message: string): void;
  /** Drops what was not sent yet and ends. */
  close(): void;
}

/** One at a time, as upstream: events must not compete with the work that they tell of. */
const WORKERS = 1;
const MAX_WAITING = 1000;
const MAX_TRIES = 12;
const MAX_MESSAGE = 1024;
const TIMEOUT_MS = 10_000;

/** Records core/v1 Events with upstream's correlation (counts, combined messages, spam filter). */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { client, component, host = '', log, clock = systemClock } = options;
  const events = client.resource(eventKind);
  const correlator = new EventCorrelator();
  const pending = new Map<string, EventState>();
  const created = new WeakSet<EventState>();
  const queue = new WorkQueue({ clock, backoff: { initial: 500, max: 10_000 } });
  let workers = 0;

  async function work(): Promise<void> {
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      const state = pending.get(key);
      pending.delete(key);
      if (state) {
        try {
          await write(state);
          queue.forget(key);
        } catch (error) {
          retryOrDrop(key, state, error);
        }
      }
      queue.done(key);
    }
  }

  async function write(state: EventState): Promise<void> {
    const { count, message, name } = state;
    const namespace = state.object.namespace || 'default';
    if (created.has(state)) {
      const body = { count, message, lastTimestamp: seconds(state.last) };
      try {
        await events.patch(name, { type: 'strategic', body }, { namespace, timeoutMs: TIMEOUT_MS });
        return;
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
    await events.create(toEvent(state, namespace), { timeoutMs: TIMEOUT_MS });
    created.add(state);
  }

  function retryOrDrop(key: string, state: EventState, error: unknown): void {
    if (error instanceof StatusError || queue.failures(key) >= MAX_TRIES) {
      log.debug({ reason: (error as Error).message, event: state.reason }, 'event was not recorded');
      correlator.forget(key);
      queue.forget(key);
      return;
    }
    if (!pending.has(key)) pending.set(key, state);
    queue.addRateLimited(key);
  }

  function toEvent({ name, object, type, reason, message, count, first, last }: EventState, namespace: string): Event {
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: object,
      reason,
      message,
      source: host === '' ? { component } : { component, host },
      firstTimestamp: seconds(first),
      lastTimestamp: seconds(last),
      count,
      type,
      reportingComponent: component,
      reportingInstance: host,
    };
  }

  return {
    event(object, type, reason, message) {
      try {
        if (pending.size >= MAX_WAITING) {
          log.debug({ event: reason }, 'too many events wait, one is dropped');
          return;
        }
        const occurrence = { object: referenceTo(object), type, reason, message: message.slice(0, MAX_MESSAGE) };
        const state = correlator.correlate(occurrence, clock.now());
        if (!state) return;
        pending.set(state.key, state);
        queue.add(state.key);
        if (workers < WORKERS) {
          workers++;
          void work();
        }
      } catch (err) {
        log.error({ err, event: reason }, 'event could not be made');
      }
    },
    close: () => queue.shutDown(),
  };
}

function referenceTo(object: KubeObject | ObjectReference): ObjectReference {
  if (!('metadata' in object)) return object;
  const { namespace, name, uid, resourceVersion } = object.metadata;
  return {
    kind: object.kind ?? '',
    apiVersion: object.apiVersion ?? '',
    name,
    ...(namespace ? { namespace } : {}),
    ...(uid ? { uid } : {}),
    ...(resourceVersion ? { resourceVersion } : {}),
  };
}

function seconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
