import { Backoff, type Clock, type Logger } from '@coxswain/foundation';
import { type Storage, type StorageEvent, StorageUnavailable } from '../storage/storage.ts';
import { REGISTRY_PREFIX } from '../storage/storage-path.ts';
import type { CachedEntry } from './cached-entry.ts';
import type { StreamPosition } from './stream-position.ts';
import type { WatchCache } from './watch-cache.ts';

export interface CacheFeedOptions {
  readonly storage: Storage;
  readonly caches: ReadonlyMap<string, WatchCache>;
  readonly position: StreamPosition;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random?: () => number;
}

const PAGE = 500;
/** The caches begin so many revisions in the past, if the store still knows it: watches go on over our restart. */
const PAST = 1000;

/** Keeps all caches at the store's state with one list and one watch, until the signal aborts. Never rejects. */
export async function runCacheFeed(options: CacheFeedOptions, signal: AbortSignal): Promise<void> {
  const { storage, caches, position, clock, log, random = Math.random } = options;
  const backoff = new Backoff({ initial: 100, max: 3_000, jitter: 0.5, random });
  let listed = false;
  while (!signal.aborted) {
    try {
      if (listed && (await storage.currentRevision({ signal })) < position.revision) {
        log.error({ revision: position.revision }, 'the store is older than the cache; starting over');
        for (const cache of caches.values()) cache.reset();
        position.reset();
        listed = false;
      }
      if (!listed) {
        if (position.revision === 0) await listPast(options, signal);
        else if (!(await listAll(options, undefined, signal))) throw overtaken();
        listed = true;
        log.info({ revision: position.revision }, 'watch cache is filled');
      }
      for await (const batch of storage.watch(REGISTRY_PREFIX, position.revision + 1, signal)) {
        if (batch.outcome === 'compacted') {
          log.warn(
            { revision: position.revision, compactRevision: batch.compactRevision },
            'watch cache fell behind compaction; listing again',
          );
          listed = false;
          break;
        }
        backoff.reset();
        distribute(batch.events, caches);
        position.advance(batch.revision);
      }
    } catch (err) {
      if (signal.aborted) return;
      const delay = backoff.next();
      log.warn({ err, delay }, 'watch of the store failed');
      await clock.sleep(delay, signal).catch(() => {});
    }
  }
}

async function listPast(options: CacheFeedOptions, signal: AbortSignal): Promise<void> {
  const current = await options.storage.currentRevision({ signal });
  options.position.expect(current);
  if (current > PAST && (await listAll(options, current - PAST, signal))) return;
  if (!(await listAll(options, current, signal))) throw overtaken();
}

function overtaken(): StorageUnavailable {
  return new StorageUnavailable('the list was overtaken by compaction');
}

/** Brings every cache to the state at one revision, the newest unless given. False if the store has forgotten it. */
async function listAll(
  { storage, caches, position }: CacheFeedOptions,
  at: number | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  let revision = at;
  const staged = new Map<WatchCache, CachedEntry[]>();
  for (const cache of caches.values()) {
    const entries: CachedEntry[] = [];
    staged.set(cache, entries);
    let fromKey = cache.prefix;
    for (;;) {
      const page = await storage.list(cache.prefix, { limit: PAGE, fromKey, revision, signal });
      if (page.outcome !== 'page') return false;
      revision = page.revision;
      for (const item of page.items) {
        const entry = cache.read(item);
        if (entry) entries.push(entry);
      }
      const last = page.items.at(-1);
      if (!page.more || !last) break;
      fromKey = `${last.key}\0`;
    }
  }
  revision ??= await storage.currentRevision({ signal });
  // No await from here on: readers see all of it or nothing.
  for (const [cache, entries] of staged) cache.replace(entries, revision);
  position.advance(revision);
  return true;
}

function distribute(events: readonly StorageEvent[], caches: ReadonlyMap<string, WatchCache>): void {
  for (let i = 0; i < events.length; ) {
    const cache = cacheOf((events[i] as StorageEvent).key, caches);
    let end = i + 1;
    while (end < events.length && cache && (events[end] as StorageEvent).key.startsWith(cache.prefix)) end++;
    cache?.apply(events.slice(i, end));
    i = end;
  }
}

/** The cache of a key: its folder is `/registry/x/` or, for some, `/registry/x/y/`. */
function cacheOf(key: string, caches: ReadonlyMap<string, WatchCache>): WatchCache | undefined {
  const first = key.indexOf('/', REGISTRY_PREFIX.length);
  if (first < 0) return undefined;
  const second = key.indexOf('/', first + 1);
  return (second < 0 ? undefined : caches.get(key.slice(0, second + 1))) ?? caches.get(key.slice(0, first + 1));
}
