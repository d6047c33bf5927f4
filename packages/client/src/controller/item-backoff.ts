import { backoffDelay } from '@coxswain/foundation';

/** Exponential back-off of many keys: `initial` doubling to `max` milliseconds with each failure of the same key. */
export class ItemBackoff {
  readonly #options: { readonly initial: number; readonly max: number };
  readonly #failures = new Map<string, number>();

  constructor(options: { readonly initial: number; readonly max: number }) {
    this.#options = options;
  }

  /** Counts a failure and gives the delay before the next try. */
  next(key: string): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    return backoffDelay(this.#options, failures);
  }

  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }
}
