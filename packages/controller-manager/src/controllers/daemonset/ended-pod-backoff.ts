import { backoffDelay, type Clock } from '@coxswain/foundation';

const DELAYS = { initial: 1000, max: 15 * 60_000 };

interface Entry {
  failures: number;
  notBefore: number;
}

/**
 * How long a daemon pod that ended stays before the next one takes its place on the node: 1 s doubling to 15 min. A
 * node that was quiet for twice the longest delay starts anew.
 */
export class EndedPodBackoff {
  readonly #clock: Clock;
  readonly #byOwner = new Map<string, Map<string, Entry>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the pod may be replaced now; if so, the next one waits longer. */
  allows(owner: string, node: string): boolean {
    const now = this.#clock.now();
    const entries = this.#byOwner.get(owner) ?? new Map<string, Entry>();
    this.#byOwner.set(owner, entries);
    const entry = entries.get(node);
    if (entry && now < entry.notBefore) return false;
    const quiet = entry !== undefined && now - entry.notBefore > 2 * DELAYS.max;
    const failures = entry && !quiet ? entry.failures : 0;
    entries.set(node, { failures: failures + 1, notBefore: now + backoffDelay(DELAYS, failures) });
    return true;
  }

  /** Milliseconds until some node of this owner may go on. */
  waitMs(owner: string): number {
    const now = this.#clock.now();
    const waits = [...(this.#byOwner.get(owner)?.values() ?? [])].map(({ notBefore }) => notBefore - now);
    return Math.max(1, Math.min(DELAYS.max, ...waits.filter((ms) => ms > 0)));
  }

  forget(owner: string): void {
    this.#byOwner.delete(owner);
  }
}
