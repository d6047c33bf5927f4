import type { Clock } from '@coxswain/foundation';
import type { WaitOptions, WaitResult } from './resource-cache.ts';

interface Waiter {
  readonly revision: number;
  readonly done: () => void;
}

const REACHED: WaitResult = { outcome: 'reached' };

/** How far the one stream of events has come; all caches share it, so idle resources keep up with busy ones. */
export class StreamPosition {
  readonly #clock: Clock;
  readonly #waiters = new Set<Waiter>();
  #revision = 0;
  #target = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** 0 until everything was listed. */
  get revision(): number {
    return this.#revision;
  }

  /** True once the stream has come to where it was to come first. */
  get ready(): boolean {
    return this.#revision >= this.#target;
  }

  /** The revision that makes the caches ready for the first time; at least 1. */
  get target(): number {
    return this.#target;
  }

  /** Not ready before `revision`. */
  expect(revision: number): void {
    this.#target = revision;
  }

  /** Everything up to `revision` is applied. */
  advance(revision: number): void {
    if (revision <= this.#revision) return;
    this.#revision = revision;
    for (const waiter of this.#waiters) if (waiter.revision <= revision) waiter.done();
  }

  /** The store began anew. */
  reset(): void {
    this.#revision = 0;
  }

  async waitFor(revision: number, { signal, timeoutMs = 3000 }: WaitOptions = {}): Promise<WaitResult> {
    if (this.#revision >= revision) return REACHED;
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const timer = new AbortController();
      const settle = () => {
        timer.abort();
        this.#waiters.delete(waiter);
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = () => {
        settle();
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        revision,
        done: () => {
          settle();
          resolve(REACHED);
        },
      };
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#clock.sleep(timeoutMs, timer.signal).then(
        () => {
          settle();
          resolve({ outcome: 'too-new', current: this.#revision });
        },
        () => {},
      );
    });
  }
}
