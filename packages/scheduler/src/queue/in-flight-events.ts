import type { ClusterEvent } from '../framework/cluster-event.ts';

const MAX_EVENTS = 10_000;

/** Remembers what happened while pods were being decided on or bound, so that a pod that comes back misses nothing. */
export class InFlightEvents {
  /** Pods by uid with the number of the first event after their decision began; in rising order. */
  readonly #pods = new Map<string, number>();
  #events: ClusterEvent[] = [];
  /** Number of `#events[0]`. */
  #first = 0;

  begin(uid: string): void {
    this.#pods.delete(uid);
    this.#pods.set(uid, this.#first + this.#events.length);
  }

  has(uid: string): boolean {
    return this.#pods.has(uid);
  }

  record(event: ClusterEvent): void {
    if (this.#pods.size === 0) return;
    this.#events.push(event);
    if (this.#events.length > MAX_EVENTS) this.#dropBefore(this.#first + MAX_EVENTS / 2);
  }

  /** Ends a pod's flight; its events, or `lost` when there were too many to remember. */
  end(uid: string): readonly ClusterEvent[] | 'lost' {
    const start = this.#pods.get(uid);
    if (start === undefined) return [];
    const events = start < this.#first ? 'lost' : this.#events.slice(start - this.#first);
    this.#pods.delete(uid);
    const [oldest] = this.#pods.values();
    this.#dropBefore(oldest ?? this.#first + this.#events.length);
    return events;
  }

  #dropBefore(number: number): void {
    if (number <= this.#first) return;
    this.#events = this.#events.slice(number - this.#first);
    this.#first = number;
  }
}
