import type { ContainerEventResponse, Input } from '@coxswain/cri';
import { AsyncQueue, KeyedSerialiser, type Logger } from '@coxswain/foundation';
import type { Happening } from './docker-watch.ts';

type Event = Input<ContainerEventResponse>;

/** Turns happenings into CRI events for whoever listens, in order within each sandbox. */
export class EventHub {
  readonly #render: (happening: Happening) => Promise<Event>;
  readonly #log: Logger;
  readonly #listeners = new Set<AsyncQueue<Event>>();
  readonly #order = new KeyedSerialiser<string>();

  constructor(render: (happening: Happening) => Promise<Event>, log: Logger) {
    this.#render = render;
    this.#log = log;
  }

  publish(happening: Happening): void {
    if (this.#listeners.size === 0) return;
    void this.#order
      .run(happening.sandboxId, async () => {
        const event = await this.#render(happening);
        for (const queue of this.#listeners) queue.push(event);
      })
      .catch((err) => this.#log.warn({ err, containerId: happening.id }, 'container event lost'));
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
