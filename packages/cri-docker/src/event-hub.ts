import type { ContainerEventResponse, Input } from '@coxswain/cri';
import { AsyncQueue, type Clock, KeyedSerialiser, type Logger } from '@coxswain/foundation';
import type { Happening } from './docker-watch.ts';

type Event = Input<ContainerEventResponse>;

/** Longest that a container's creation waits to be told together with what comes next, milliseconds. */
const HOLD_MS = 200;

/**
 * Turns happenings into CRI events for whoever listens, in order within each sandbox. Most containers start at once when
 * they are created: the creation is told when the next thing happens, and Docker is asked of both only once.
 */
export class EventHub {
  readonly #render: (happening: Happening) => Promise<Event>;
  readonly #clock: Clock;
  readonly #log: Logger;
  /** Ends the wait of a creation, by its sandbox. */
  readonly #held = new Map<string, AbortController>();
  readonly #listeners = new Set<AsyncQueue<Event>>();
  readonly #order = new KeyedSerialiser<string>();

  constructor(render: (happening: Happening) => Promise<Event>, clock: Clock, log: Logger) {
    this.#render = render;
    this.#clock = clock;
    this.#log = log;
  }

  publish(happening: Happening): void {
    if (this.#listeners.size === 0) return;
    const { id, sandboxId, type } = happening;
    this.#held.get(sandboxId)?.abort();
    const next = type === 'CONTAINER_CREATED_EVENT' && id !== sandboxId ? new AbortController() : undefined;
    if (next) this.#held.set(sandboxId, next);
    else this.#held.delete(sandboxId);
    void this.#order
      .run(sandboxId, async () => {
        if (next) await this.#clock.sleep(HOLD_MS, next.signal).catch(() => {});
        if (this.#held.get(sandboxId) === next) this.#held.delete(sandboxId);
        const event = await this.#render(happening);
        for (const queue of this.#listeners) queue.push(event);
      })
      .catch((err) => this.#log.warn({ err, containerId: id }, 'container event lost'));
  }

  async *subscribe(signal: AbortSignal): AsyncGenerator<Event> {
    const queue = new AsyncQueue<Event>();
    const close = () => queue.close();
    if (signal.aborted) return;
    signal.addEventListener('abort', close, { once: true });
    this.#listeners.add(queue);
    try {
      yield* queue;
    } finally {
      this.#listeners.delete(queue);
      signal.removeEventListener('abort', close);
    }
  }
}
