import type { Clock } from '@coxswain/foundation';

/** Lets one loop sleep until something happens; what happens while it is awake is not lost. */
export class Wake {
  readonly #clock: Clock;
  #pending = false;
  #resolve: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): void {
    this.#pending = true;
    this.#resolve?.();
  }

  /** Resolves after `now()`, after `ms` milliseconds, or when the signal aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#pending) {
      const timer = new AbortController();
      await Promise.race([
        new Promise<void>((resolve) => {
          this.#resolve = resolve;
        }),
        this.#clock.sleep(ms, AbortSignal.any([signal, timer.signal])).catch(() => {}),
      ]);
      this.#resolve = undefined;
      timer.abort();
    }
    this.#pending = false;
  }
}
