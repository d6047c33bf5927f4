export interface BackoffOptions {
  /** First delay in milliseconds. */
  readonly initial: number;
  /** Longest delay in milliseconds. */
  readonly max: number;
  /** Growth per failure; 2 unless given. */
  readonly factor?: number;
  /** Fraction of the delay added at random, 0..1; 0 unless given. */
  readonly jitter?: number;
  readonly random?: () => number;
}

/** Exponential back-off of one thing that fails: `next()` on failure, `reset()` on success. */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  get failures(): number {
    return this.#failures;
  }

  /** Counts a failure and returns how many milliseconds to wait before the next try. */
  next(): number {
    return backoffDelay(this.#options, this.#failures++);
  }

  reset(): void {
    this.#failures = 0;
  }
}

/** The delay in milliseconds after `failures` earlier failures (0 for the first). */
export function backoffDelay(options: BackoffOptions, failures: number): number {
  const { initial, max, factor = 2, jitter = 0, random = Math.random } = options;
  const base = Math.min(max, initial * factor ** Math.min(failures, 64));
  return base * (1 + jitter * random());
}
