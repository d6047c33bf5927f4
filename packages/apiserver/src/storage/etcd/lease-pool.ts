import type { Clock } from '@coxswain/foundation';

/** A lease is given to so many objects at most, so that its expiry is no avalanche. */
const OBJECTS_PER_LEASE = 1000;

interface SharedLease {
  id: Promise<bigint>;
  until: number;
  left: number;
}

/**
 * Leases shared by objects of about the same age, as upstream does: one lease an object would cost etcd more than the
 * object. A lease lives `reuseMs` longer than asked, and is handed out during that time.
 */
export class LeasePool {
  readonly #grant: (seconds: number) => Promise<bigint>;
  readonly #clock: Clock;
  readonly #reuseMs: number;
  readonly #leases = new Map<number, SharedLease>();

  constructor(grant: (seconds: number) => Promise<bigint>, clock: Clock, reuseMs: number) {
    this.#grant = grant;
    this.#clock = clock;
    this.#reuseMs = reuseMs;
  }

  /** A lease that lasts for at least `seconds` from now. */
  async lease(seconds: number): Promise<bigint> {
    const now = this.#clock.now();
    let shared = this.#leases.get(seconds);
    if (!shared || shared.until <= now || shared.left <= 0) {
      shared = {
        id: this.#grant(seconds + Math.ceil(this.#reuseMs / 1000)),
        until: now + this.#reuseMs,
        left: OBJECTS_PER_LEASE,
      };
      this.#leases.set(seconds, shared);
    }
    shared.left--;
    try {
      return await shared.id;
    } catch (error) {
      this.forget(seconds);
      throw error;
    }
  }

  /** The store doesn't know the lease any more: the next call gets another. */
  forget(seconds: number): void {
    this.#leases.delete(seconds);
  }
}
