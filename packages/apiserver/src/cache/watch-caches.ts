import type { Kind } from '@coxswain/api';
import { type Clock, type Logger, systemClock } from '@coxswain/foundation';
import { type Storage, StorageUnavailable } from '../storage/storage.ts';
import { storagePrefix } from '../storage/storage-path.ts';
import { runCacheFeed } from './cache-feed.ts';
import type { ResourceCache, ResourceCaches } from './resource-cache.ts';
import { RevisionGate } from './revision-gate.ts';
import { StreamPosition } from './stream-position.ts';
import { WatchCache, type WatchCacheOptions } from './watch-cache.ts';

export interface WatchCachesOptions extends Pick<WatchCacheOptions, 'history' | 'watcherLimit' | 'random'> {
  readonly storage: Storage;
  readonly kinds: readonly Kind[];
  readonly clock?: Clock;
  readonly log: Logger;
}

/** The watch caches of all kinds; `run` feeds them. */
export class WatchCaches implements ResourceCaches {
  readonly #options: WatchCachesOptions;
  readonly #clock: Clock;
  readonly #position: StreamPosition;
  readonly #gate: RevisionGate;
  readonly #byPrefix = new Map<string, WatchCache>();
  readonly #byResource = new Map<string, WatchCache>();

  constructor(options: WatchCachesOptions) {
    const { storage, kinds, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#position = new StreamPosition(clock);
    this.#gate = new RevisionGate(storage);
    // A kind that is a view of another's objects has no cache of its own; those come first that have.
    const owners = kinds.filter((kind) => !kind.storedAs && !kind.virtual);
    for (const kind of [...owners, ...kinds.filter((kind) => kind.storedAs)]) {
      const prefix = storagePrefix(kind);
      const cache = this.#byPrefix.get(prefix) ?? this.#make(kind, prefix);
      this.#byPrefix.set(prefix, cache);
      this.#byResource.set(resourceId(kind), cache);
    }
  }

  get ready(): boolean {
    return this.#position.ready;
  }

  async waitUntilReady(signal: AbortSignal): Promise<void> {
    while (!this.ready) await this.#position.waitFor(this.#position.target, { signal, timeoutMs: 1_000 });
  }

  /** Throws for a kind that the caches were not made for. */
  forKind(kind: { readonly group: string; readonly plural: string }): ResourceCache {
    const cache = this.#byResource.get(resourceId(kind));
    if (!cache) throw new Error(`no cache of ${resourceId(kind)}`);
    return cache;
  }

  currentRevision(signal?: AbortSignal): Promise<number> {
    if (!this.ready) return Promise.reject(new StorageUnavailable('the watch cache is not filled yet'));
    return this.#gate.current(signal);
  }

  /** Feeds the caches until the signal aborts, then ends all watches. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { storage, log, random } = this.#options;
    const caches = this.#byPrefix;
    const position = this.#position;
    await runCacheFeed({ storage, caches, position, clock: this.#clock, log, ...(random && { random }) }, signal);
    for (const cache of caches.values()) cache.reset();
    position.reset();
  }

  #make(kind: Kind, prefix: string): WatchCache {
    const { storage, log, random, history, watcherLimit } = this.#options;
    return new WatchCache({
      kind,
      prefix,
      storage,
      position: this.#position,
      clock: this.#clock,
      log,
      ...(random && { random }),
      ...(history && { history }),
      ...(watcherLimit !== undefined && { watcherLimit }),
    });
  }
}

function resourceId({ group, plural }: { readonly group: string; readonly plural: string }): string {
  return group === '' ? plural : `${plural}.${group}`;
}
