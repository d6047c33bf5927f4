import type { Storage } from '../storage/storage.ts';
import { compileScope } from './cache-event.ts';
import type { CachedEntry } from './cached-entry.ts';
import type { EntryReader } from './entry-reader.ts';
import type { CacheListResult, PastQuery } from './resource-cache.ts';

/** Keys asked for at a time. */
const PAGE = 500;

/** A list at a revision that is older than a cache remembers, read from the store; expired once that has compacted it. */
export async function listPast(
  { storage, prefix, reader }: { readonly storage: Storage; readonly prefix: string; readonly reader: EntryReader },
  query: PastQuery,
  signal?: AbortSignal,
): Promise<CacheListResult> {
  const { limit = Number.POSITIVE_INFINITY, after, atRevision: revision } = query;
  const scope = compileScope(query);
  const everything = !scope.predicate && !scope.named;
  const entries: CachedEntry[] = [];
  let from = after === undefined ? undefined : `${prefix}${after}\0`;
  for (;;) {
    const page = await storage.list(prefix + scope.prefix, { revision, fromKey: from, limit: PAGE, signal });
    if (page.outcome !== 'page') return { outcome: 'expired' };
    for (const [index, { key, value, revision: modified }] of page.items.entries()) {
      const relative = key.slice(prefix.length);
      const entry = scope.covers(relative) ? reader.read(relative, value, modified) : undefined;
      if (!entry || (scope.predicate && !scope.predicate(entry))) continue;
      if (entries.length >= limit)
        return {
          outcome: 'page',
          entries,
          revision,
          next: entries.at(-1)?.key,
          remaining: everything ? page.count - index : undefined,
        };
      entries.push(entry);
    }
    const last = page.items.at(-1);
    if (!page.more || !last) return { outcome: 'page', entries, revision, next: undefined, remaining: undefined };
    from = `${last.key}\0`;
  }
}
