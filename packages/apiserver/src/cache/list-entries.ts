import type { CacheEvent, CompiledScope } from './cache-event.ts';
import type { CachedEntry } from './cached-entry.ts';
import type { CacheEntry } from './resource-cache.ts';

export interface PageRequest {
  readonly scope: CompiledScope;
  readonly limit: number;
}

export interface Page {
  readonly entries: CacheEntry[];
  readonly next: string | undefined;
  readonly remaining: number | undefined;
}

/** One page out of `sorted[start..end)`, whose keys all begin with the scope's prefix. */
export function pageOf(sorted: readonly CachedEntry[], start: number, end: number, request: PageRequest): Page {
  const { scope, limit } = request;
  const { predicate } = scope;
  if (!predicate && !scope.named) {
    const stop = Math.min(end, start + limit);
    const entries = sorted.slice(start, stop);
    const more = end - stop;
    return { entries, next: more > 0 ? entries.at(-1)?.key : undefined, remaining: more > 0 ? more : undefined };
  }
  const entries: CachedEntry[] = [];
  for (let i = start; i < end; i++) {
    const entry = sorted[i] as CachedEntry;
    if (!scope.covers(entry.key) || (predicate && !predicate(entry))) continue;
    if (entries.length >= limit) return { entries, next: entries.at(-1)?.key, remaining: undefined };
    entries.push(entry);
  }
  return { entries, next: undefined, remaining: undefined };
}

/** The entries as they were before `events`, which are all that happened since, oldest first. */
export function rollBack(now: readonly CachedEntry[], events: readonly CacheEvent[]): CachedEntry[] {
  const before = new Map<string, CachedEntry | undefined>();
  for (const event of events) if (!before.has(event.key)) before.set(event.key, event.previous);
  const result = now.filter((entry) => !before.has(entry.key));
  for (const entry of before.values()) if (entry) result.push(entry);
  return result.sort((a, b) => (a.key < b.key ? -1 : 1));
}
