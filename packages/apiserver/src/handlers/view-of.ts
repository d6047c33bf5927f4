import type { Kind, KubeObject } from '@coxswain/api';
import type { CacheEntry } from '../cache/resource-cache.ts';

const views = new WeakMap<CacheEntry, Map<string, { object: KubeObject; bytes: Buffer }>>();

/** A cache entry as `kind` shows it: as it is, or converted (once) where the kind is a view of another. */
export function viewOf(kind: Kind, entry: CacheEntry): { readonly object: KubeObject; readonly bytes: Buffer } {
  if (!kind.storedAs) return entry as { object: KubeObject; bytes: Buffer };
  const known = views.get(entry)?.get(kind.apiVersion);
  if (known) return known;
  const object = kind.storedAs.fromStored(entry.object as KubeObject);
  const view = { object, bytes: Buffer.from(JSON.stringify(object)) };
  const all = views.get(entry) ?? new Map();
  views.set(entry, all.set(kind.apiVersion, view));
  return view;
}
