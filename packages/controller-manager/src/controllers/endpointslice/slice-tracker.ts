import type { EndpointSlice } from '@coxswain/api';
import type { Clock } from '@coxswain/foundation';

/** A write that hasn't shown up after this long was undone by somebody before the informer saw it. */
const EXPIRY_MS = 10_000;

interface Written {
  at: number;
  readonly slices: Map<string, { readonly generation: number; readonly resourceVersion: string }>;
  readonly removed: Set<string>;
}

/** Remembers this controller's own writes until the informer shows them, so that it never plans from older slices. */
export class SliceTracker {
  readonly #byService = new Map<string, Written>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  written(service: string, { metadata }: EndpointSlice): void {
    const { name, generation = 0, resourceVersion = '' } = metadata;
    this.#of(service).slices.set(name, { generation, resourceVersion });
  }

  removed(service: string, { metadata }: EndpointSlice): void {
    const written = this.#of(service);
    written.slices.delete(metadata.name);
    written.removed.add(metadata.uid ?? '');
  }

  /** A slice went, by this controller or somebody else. */
  deletionSeen(service: string, { metadata }: EndpointSlice): void {
    const written = this.#byService.get(service);
    written?.removed.delete(metadata.uid ?? '');
    written?.slices.delete(metadata.name);
  }

  /** Whether the cached slices of a Service lag behind what was written. */
  isStale(service: string, cached: readonly EndpointSlice[]): boolean {
    const written = this.#byService.get(service);
    if (!written || this.#clock.now() - written.at > EXPIRY_MS) return false;
    if (cached.some(({ metadata }) => written.removed.has(metadata.uid ?? ''))) return true;
    const byName = new Map(cached.map(({ metadata }) => [metadata.name, metadata]));
    for (const [name, { generation, resourceVersion }] of written.slices) {
      const seen = byName.get(name);
      if (!seen) return true;
      const current =
        seen.resourceVersion === resourceVersion ||
        (seen.generation ?? 0) > generation ||
        isNewer(seen.resourceVersion, resourceVersion);
      if (!current) return true;
      written.slices.delete(name);
    }
    written.removed.clear();
    return false;
  }

  forget(service: string): void {
    this.#byService.delete(service);
  }

  #of(service: string): Written {
    let written = this.#byService.get(service);
    if (!written) {
      written = { at: 0, slices: new Map(), removed: new Set() };
      this.#byService.set(service, written);
    }
    written.at = this.#clock.now();
    return written;
  }
}

/** Resource versions are ordered numbers (KEP-5504). */
function isNewer(a: string | undefined, b: string): boolean {
  return a !== undefined && /^\d+$/.test(a) && /^\d+$/.test(b) && BigInt(a) > BigInt(b);
}
