import type { Clock } from '@coxswain/foundation';

/** After this long, expectations that were never met are forgotten and the controller trusts its cache again. */
const EXPIRY_MS = 5 * 60_000;

interface Expected {
  creations: number;
  readonly deletions: Set<string>;
  readonly since: number;
}

/**
 * What a controller has asked for and its informer has not shown yet, by the key of the controlling object. While
 * something is expected, counting the cache's objects would create or delete too many. Follows upstream's
 * UIDTrackingControllerExpectations.
 */
export class Expectations {
  readonly #clock: Clock;
  readonly #byKey = new Map<string, Expected>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the place of what was expected before. */
  expect(key: string, { creations = 0, deletions = [] }: { creations?: number; deletions?: readonly string[] }): void {
    this.#byKey.set(key, { creations, deletions: new Set(deletions), since: this.#clock.now() });
  }

  /** A creation was seen, or `count` of them failed and will never be. */
  creationObserved(key: string, count = 1): void {
    const expected = this.#byKey.get(key);
    if (expected) expected.creations -= count;
  }

  deletionObserved(key: string, uid: string): void {
    this.#byKey.get(key)?.deletions.delete(uid);
  }

  /** Whether this object was deleted and the cache doesn't show it yet. */
  expectsDeletion(key: string, uid: string): boolean {
    return !this.satisfied(key) && this.#byKey.get(key)?.deletions.has(uid) === true;
  }

  /** True when the cache may be trusted. */
  satisfied(key: string): boolean {
    const expected = this.#byKey.get(key);
    if (!expected) return true;
    if (expected.creations <= 0 && expected.deletions.size === 0) return true;
    return this.#clock.now() - expected.since > EXPIRY_MS;
  }

  forget(key: string): void {
    this.#byKey.delete(key);
  }
}
