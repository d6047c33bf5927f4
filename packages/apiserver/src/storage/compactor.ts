import type { Clock, Logger } from '@coxswain/foundation';
import type { Storage } from './storage.ts';

export interface CompactorOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds between compactions, upstream's --etcd-compaction-interval (5 min); 0 turns them off. */
  readonly intervalMs: number;
}

/** Upstream's key, outside /registry/; whoever moves it on does the round. */
const COMPACT_KEY = 'compact_rev_key';

/**
 * Keeps the store's history between one and two intervals long, until the signal aborts. Any number of apiservers on
 * one store do each round once: the one that moves the key on compacts to the revision of the round before. Never rejects.
 */
export async function runCompactor({ storage, clock, log, intervalMs }: CompactorOptions, signal: AbortSignal) {
  if (intervalMs <= 0) return;
  let last: number | undefined;
  while (!signal.aborted) {
    try {
      last = await compactOnce(storage, last, signal);
    } catch (err) {
      if (!signal.aborted) log.warn({ err }, 'compaction failed');
    }
    await clock.sleep(intervalMs, signal).catch(() => {});
  }
}

/** One round; `last` is the key's revision at the round before, and so is the result for the next. */
export async function compactOnce(storage: Storage, last: number | undefined, signal: AbortSignal): Promise<number> {
  const value = Buffer.from(String(last ?? 0));
  if (last === undefined) {
    const created = await storage.create(COMPACT_KEY, value, { signal });
    return created.outcome === 'created' ? created.revision : created.current.revision;
  }
  const moved = await storage.update(COMPACT_KEY, last, value, { signal });
  switch (moved.outcome) {
    case 'updated':
      await storage.compact(last, { signal });
      return moved.revision;
    case 'conflict':
      return moved.current.revision;
    case 'not-found':
      return compactOnce(storage, undefined, signal);
    default:
      return moved satisfies never;
  }
}
