import type { Clock, Logger } from '@coxswain/foundation';
import { type Storage, type StorageEvent, StorageUnavailable, type StoredValue } from '../storage/storage.ts';
import { relativeKey } from '../storage/storage-path.ts';
import { CacheEvent, compileScope } from './cache-event.ts';
import { CacheWatcher } from './cache-watcher.ts';
import type { CachedEntry } from './cached-entry.ts';
import { type CachedKind, EntryReader } from './entry-reader.ts';
import { EventHistory, type HistoryLimits } from './event-history.ts';
import { pageOf, rollBack } from './list-entries.ts';
import { listPast } from './list-past.ts';
import { PendingWrites, type Written } from './pending-writes.ts';
import type {
  AnnouncedWrite,
  CacheEntry,
  CacheListQuery,
  CacheListResult,
  CacheWatchOptions,
  CacheWatchResult,
  PastQuery,
  ResourceCache,
  WaitOptions,
  WaitResult,
} from './resource-cache.ts';
import { SharedEvent } from './shared-event.ts';
import { SortedEntries } from './sorted-entries.ts';
import type { StreamPosition } from './stream-position.ts';
import { runWatchTimer } from './watch-timer.ts';

export interface WatchCacheOptions {
  readonly kind: CachedKind;
  /** The folder of the kind's keys, with its closing slash. */
  readonly prefix: string;
  readonly storage: Storage;
  readonly position: StreamPosition;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random?: () => number;
  readonly history?: Partial<HistoryLimits>;
  /** Most events that may wait for one watcher; 5,000 unless given. */
  readonly watcherLimit?: number;
}

/** The state and the recent past of one resource, fed by `apply` and `replace`. */
export class WatchCache implements ResourceCache {
  readonly prefix: string;
  readonly #options: WatchCacheOptions;
  readonly #reader: EntryReader;
  readonly #position: StreamPosition;
  readonly #entries = new SortedEntries();
  readonly #history: EventHistory;
  readonly #watchers = new Set<CacheWatcher>();
  readonly #pending = new PendingWrites();

  constructor(options: WatchCacheOptions) {
    const { kind, prefix, position, history } = options;
    this.prefix = prefix;
    this.#options = options;
    this.#reader = new EntryReader(kind);
    this.#position = position;
    this.#history = new EventHistory({ events: 10_000, bytes: 16 << 20, ...history });
  }

  get revision(): number {
    return this.#position.revision;
  }

  get size(): number {
    return this.#entries.size;
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  waitForRevision(revision: number, options?: WaitOptions): Promise<WaitResult> {
    return this.#position.waitFor(revision, options);
  }

  get(namespace: string, name: string): CacheEntry | undefined {
    this.#assertReady();
    return this.#entries.get(namespace === '' ? name : `${namespace}/${name}`);
  }

  announce(written: Written): AnnouncedWrite {
    const { namespace = '', name } = written.object.metadata;
    const key = relativeKey(namespace, name);
    const write = this.#pending.add(key, written);
    return {
      stored: (revision) => {
        const known = this.#entries.get(key);
        if (known?.revision === revision) return known.bytes;
        write.bytes ??= this.#reader.splice(write.value, revision);
        return write.bytes;
      },
      failed: () => this.#pending.remove(key, write),
    };
  }

  list(query: CacheListQuery): CacheListResult {
    this.#assertReady();
    const { limit = Number.POSITIVE_INFINITY, after } = query;
    const atRevision = Math.min(query.atRevision ?? this.revision, this.revision);
    const scope = compileScope(query);
    const since = atRevision < this.revision ? this.#history.after(atRevision) : [];
    if (!since) return { outcome: 'expired' };
    let sorted = this.#entries;
    if (since.length > 0) {
      sorted = new SortedEntries();
      for (const entry of rollBack(this.#entries.values(), since)) sorted.set(entry);
    }
    const { start, end } = sorted.range(scope.prefix);
    const from = after === undefined ? start : Math.max(start, sorted.lowerBound(`${after}\0`));
    return { outcome: 'page', revision: atRevision, ...pageOf(sorted.values(), from, end, { scope, limit }) };
  }

  listPast(query: PastQuery, signal?: AbortSignal): Promise<CacheListResult> {
    const { storage } = this.#options;
    return listPast({ storage, prefix: this.prefix, reader: this.#reader }, query, signal);
  }

  watch(options: CacheWatchOptions): CacheWatchResult {
    this.#assertReady();
    const { start, initialEventsEnd = false, bookmarks = false, timeoutMs, signal } = options;
    const scope = compileScope(options);
    const revision = typeof start === 'object' ? Math.max(start.after, this.revision) : this.revision;
    let backlog: Iterable<SharedEvent> = [];
    if (start === 'initial') {
      const { start: first, end } = this.#entries.range(scope.prefix);
      const { entries } = pageOf(this.#entries.values(), first, end, { scope, limit: Number.POSITIVE_INFINITY });
      backlog = initialEvents(entries, initialEventsEnd ? revision : undefined);
    } else if (typeof start === 'object' && start.after < this.revision) {
      const events = this.#history.after(start.after);
      if (!events) {
        return {
          outcome: 'expired',
          message: `too old resource version: ${start.after} (${this.#history.floor})`,
        };
      }
      backlog = events.map((event) => event.view(scope)).filter((view) => view !== undefined);
    }

    const { clock, random = Math.random, watcherLimit = 5_000 } = this.#options;
    const timer = new AbortController();
    const onAbort = () => watcher.end();
    const watcher = new CacheWatcher({
      scope,
      backlog,
      revision,
      limit: watcherLimit,
      onEnd: () => {
        timer.abort();
        signal.removeEventListener('abort', onAbort);
        this.#watchers.delete(watcher);
      },
    });
    this.#watchers.add(watcher);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) watcher.end();
    else if (bookmarks || timeoutMs !== undefined) {
      const timed = {
        bookmark: () => watcher.push(SharedEvent.bookmark(Math.max(revision, this.revision), false)),
        end: () => watcher.end(),
      };
      const times = { bookmarks, timeoutMs: timeoutMs ?? Number.POSITIVE_INFINITY };
      void runWatchTimer(timed, times, { clock, random }, timer.signal);
    }
    return { outcome: 'watching', watch: watcher };
  }

  /** The entry of a stored value: the one that the cache has already, if its revision is the same. */
  read({ key, value, revision }: StoredValue): CachedEntry | undefined {
    const relative = key.slice(this.prefix.length);
    const known = this.#entries.get(relative);
    if (known?.revision === revision) return known;
    const written = this.#pending.take(relative, value);
    try {
      const adopted = written && this.#reader.adopt(relative, revision, written);
      return adopted ?? this.#reader.read(relative, value, revision);
    } catch (err) {
      this.#options.log.error({ key, revision, err }, 'stored object is unreadable and left out');
      return undefined;
    }
  }

  /** Applies the changes of whole revisions, in order; the caller then advances the position. */
  apply(events: readonly StorageEvent[]): void {
    for (const { key, value, revision } of events) {
      const entry = value ? this.read({ key, value, revision }) : undefined;
      if (entry) this.#put(entry);
      else this.#delete(key.slice(this.prefix.length), revision);
    }
  }

  /**
   * Makes `entries` (sorted, as of `revision`) the state; the past begins here. Watches end, because what happened in
   * between is not known one by one: their clients ask for it and get 410.
   */
  replace(entries: readonly CachedEntry[], revision: number): void {
    this.#forget(revision);
    for (const entry of entries) this.#entries.set(entry);
  }

  /** Ends all watches and forgets everything: the store is another one than before. */
  reset(): void {
    this.#pending.clear();
    this.#forget(0);
  }

  #forget(floor: number): void {
    for (const watcher of this.#watchers) watcher.end();
    this.#entries.clear();
    this.#history.reset(floor);
  }

  #put(entry: CachedEntry): void {
    const previous = this.#entries.set(entry);
    this.#dispatch(entry.revision, entry, previous);
  }

  #delete(key: string, revision: number): void {
    const previous = this.#entries.delete(key);
    if (previous) this.#dispatch(revision, undefined, previous);
  }

  #dispatch(revision: number, entry: CachedEntry | undefined, previous: CachedEntry | undefined): void {
    const tombstone = (last: CachedEntry, at: number) => this.#reader.tombstone(last, at);
    const event = new CacheEvent({ revision, entry, previous, tombstone });
    this.#history.push(event);
    for (const watcher of this.#watchers) watcher.offer(event);
  }

  #assertReady(): void {
    if (!this.#position.ready) throw new StorageUnavailable('the watch cache is not filled yet');
  }
}

function* initialEvents(entries: readonly CacheEntry[], endRevision: number | undefined): Generator<SharedEvent> {
  for (const entry of entries) yield SharedEvent.change('ADDED', entry);
  if (endRevision !== undefined) yield SharedEvent.bookmark(endRevision, true);
}
