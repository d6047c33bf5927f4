import type { Clock } from '@coxswain/foundation';

export interface RestartBackoffOptions {
  readonly clock: Clock;
  /** Milliseconds; 10 s unless given. */
  readonly initial?: number;
  /** Milliseconds; 5 minutes unless given. */
  readonly max?: number;
}

interface Entry {
  delay: number;
  updatedAt: number;
}

/**
 * Upstream's crash-loop back-off: per key a delay that doubles with each restart and is forgotten once the thing has
 * been well for twice the longest delay. Times are milliseconds since the epoch.
 */
export class RestartBackoff {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Clock;
  readonly #initial: number;
  readonly #max: number;

  constructor({ clock, initial = 10_000, max = 300_000 }: RestartBackoffOptions) {
    this.#clock = clock;
    this.#initial = initial;
    this.#max = max;
  }

  /** How long from now until it may be tried again after having failed at `since`; 0 when it may. */
  remaining(key: string, since: number): number {
    const entry = this.#entries.get(key);
    if (!entry || since - entry.updatedAt > 2 * this.#max) return 0;
    return Math.max(0, since + entry.delay - this.#clock.now());
  }

  /** The delay in force, in milliseconds; 0 without one. */
  delay(key: string): number {
    return this.#entries.get(key)?.delay ?? 0;
  }

  /** Counts a restart after a failure at `since`. */
  next(key: string, since: number): void {
    const now = this.#clock.now();
    const entry = this.#entries.get(key);
    const fresh = !entry || since - entry.updatedAt > 2 * this.#max;
    const delay = fresh ? this.#initial : Math.min(this.#max, entry.delay * 2);
    this.#entries.set(key, { delay, updatedAt: now });
  }

  reset(key: string): void {
    this.#entries.delete(key);
  }

  /** Forgets the keys that begin so. */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }
}

/** A delay as Go prints it: `10s`, `2m40s`, `5m0s`. */
export function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${seconds % 60}s`;
  return `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds % 60}s`;
}
