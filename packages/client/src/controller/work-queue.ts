import { type Clock, systemClock } from '@coxswain/foundation';
import { ItemBackoff } from './item-backoff.ts';

export interface WorkQueueOptions {
  readonly clock?: Clock | undefined;
  readonly observer?: WorkQueueObserver | undefined;
  /** Back-off of one key in milliseconds; 5 ms doubling to 1000 s unless given. */
  readonly backoff?: { readonly initial: number; readonly max: number } | undefined;
}

/** What happens in a queue, for metrics. */
export interface WorkQueueObserver {
  /** A key was added that wasn't waiting already. */
  added(depth: number): void;
  /** A key was taken after waiting so many seconds. */
  taken(depth: number, waitedSeconds: number): void;
  /** A key was worked on for so many seconds. */
  finished(workedSeconds: number): void;
  retried(): void;
}

/**
 * Keys to work on. A key waits at most once and is worked on by one worker at a time: one that is added while it is
 * worked on waits again afterwards. The order is that of adding; retries come back after a delay that doubles.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #observer: WorkQueueObserver | undefined;
  readonly #backoff: ItemBackoff;
  /** Keys that wait, with when they were added; insertion order is the order of work. */
  readonly #waiting = new Map<string, number>();
  /** Keys that were added while being worked on. */
  readonly #dirty = new Map<string, number>();
  readonly #processing = new Map<string, number>();
  /** Keys added for later: when, and the abort of their sleep. */
  readonly #later = new Map<string, { at: number; cancel: AbortController }>();
  #takers: ((key: string | undefined) => void)[] = [];
  #closed = false;

  constructor(options: WorkQueueOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#observer = options.observer;
    this.#backoff = new ItemBackoff(options.backoff ?? { initial: 5, max: 1_000_000 });
  }

  /** Keys that wait now (not those added for later). */
  get depth(): number {
    return this.#waiting.size;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Milliseconds since the start of work, for each key that is worked on. */
  unfinished(): number[] {
    const now = this.#clock.now();
    return [...this.#processing.values()].map((since) => now - since);
  }

  add(key: string): void {
    if (this.#closed || this.#waiting.has(key) || this.#dirty.has(key)) return;
    const now = this.#clock.now();
    if (this.#processing.has(key)) {
      this.#dirty.set(key, now);
      this.#observer?.added(this.#waiting.size);
      return;
    }
    this.#waiting.set(key, now);
    this.#observer?.added(this.#waiting.size);
    this.#serve();
  }

  /** Adds after `ms` milliseconds; of several pending times the earliest counts. */
  addAfter(key: string, ms: number): void {
    if (this.#closed) return;
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const at = this.#clock.now() + ms;
    const pending = this.#later.get(key);
    if (pending) {
      if (pending.at <= at) return;
      pending.cancel.abort();
    }
    const cancel = new AbortController();
    this.#later.set(key, { at, cancel });
    this.#clock.sleep(ms, cancel.signal).then(
      () => {
        this.#later.delete(key);
        this.add(key);
      },
      () => {},
    );
  }

  /** Adds after the key's back-off, which doubles each time until `forget`. */
  addRateLimited(key: string): void {
    this.#observer?.retried();
    this.addAfter(key, this.#backoff.next(key));
  }

  /** The key is well again: its next back-off begins anew. */
  forget(key: string): void {
    this.#backoff.forget(key);
  }

  /** How often the key has failed since it was forgotten. */
  failures(key: string): number {
    return this.#backoff.failures(key);
  }

  /** The next key, to be followed by `done(key)`; undefined once the queue is shut down. */
  take(): Promise<string | undefined> {
    const next = this.#next();
    if (next !== undefined) return Promise.resolve(next);
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  done(key: string): void {
    const now = this.#clock.now();
    const since = this.#processing.get(key);
    if (since === undefined) return;
    this.#processing.delete(key);
    this.#observer?.finished((now - since) / 1000);
    const again = this.#dirty.get(key);
    if (again === undefined || this.#closed) return;
    this.#dirty.delete(key);
    this.#waiting.set(key, again);
    this.#serve();
  }

  /** Takers get undefined from now on; what waits is dropped. */
  shutDown(): void {
    this.#closed = true;
    this.#waiting.clear();
    this.#dirty.clear();
    for (const { cancel } of this.#later.values()) cancel.abort();
    this.#later.clear();
    for (const taker of this.#takers) taker(undefined);
    this.#takers = [];
  }

  #serve(): void {
    while (this.#takers.length > 0) {
      const key = this.#next();
      if (key === undefined) return;
      this.#takers.shift()?.(key);
    }
  }

  #next(): string | undefined {
    for (const [key, since] of this.#waiting) {
      const now = this.#clock.now();
      this.#waiting.delete(key);
      this.#processing.set(key, now);
      this.#observer?.taken(this.#waiting.size, (now - since) / 1000);
      return key;
    }
    return undefined;
  }
}
