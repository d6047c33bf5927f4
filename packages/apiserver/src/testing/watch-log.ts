import type { CacheWatchResult, WatchEvent } from '../cache/resource-cache.ts';

/** Reads a watch to its end and remembers what came. */
export class WatchLog {
  readonly events: WatchEvent[] = [];
  readonly batches: (readonly WatchEvent[])[] = [];
  ended = false;

  constructor(result: CacheWatchResult) {
    if (result.outcome !== 'watching') throw new Error(result.message);
    void this.#read(result.watch);
  }

  /** `ADDED name`, in the order they came. */
  get lines(): string[] {
    return this.events.map(({ type, entry }) => (entry ? `${type} ${entry.name}` : type));
  }

  async #read(watch: AsyncIterable<readonly WatchEvent[]>): Promise<void> {
    for await (const batch of watch) {
      this.batches.push(batch);
      this.events.push(...batch);
    }
    this.ended = true;
  }
}
