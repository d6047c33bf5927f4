import type { Clock } from '@coxswain/foundation';

/** Answers that are remembered; the oldest go first. */
const MOST = 1000;

/** Values by text, each for as long as it may be kept. */
export class ExpiringCache<V> {
  readonly #clock: Clock;
  readonly #held = new Map<string, { readonly value: V; readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string): V | undefined {
    const held = this.#held.get(key);
    return held && held.until > this.#clock.now() ? held.value : undefined;
  }

  set(key: string, value: V, forMs: number): void {
    this.#held.delete(key);
    this.#held.set(key, { value, until: this.#clock.now() + forMs });
    if (this.#held.size <= MOST) return;
    const [oldest] = this.#held.keys();
    if (oldest !== undefined) this.#held.delete(oldest);
  }
}
