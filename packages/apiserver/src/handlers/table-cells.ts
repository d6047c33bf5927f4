import { type Kind, steadyTableCells } from '@coxswain/api';
import type { CacheEntry } from '../cache/resource-cache.ts';
import { viewOf } from './view-of.ts';

interface KnownCells {
  readonly kind: Kind;
  readonly json: string;
  /** Milliseconds since the epoch: as long as the ages in them read the same. */
  readonly from: number;
  readonly until: number;
}

const known = new WeakMap<CacheEntry, KnownCells>();

/**
 * The JSON of an entry's cells. It is kept until an age in it reads differently (a second for the young, an hour for
 * those of days), so that tables that are asked for again and again parse no object.
 */
export function cellsJson(kind: Kind, entry: CacheEntry, now: number): string {
  const last = known.get(entry);
  if (last?.kind === kind && last.from <= now && now < last.until) return last.json;
  const object = kind.storedAs ? viewOf(kind, entry).object : entry.brief;
  const { cells, steadyMs } = steadyTableCells(kind, object, now);
  const json = JSON.stringify(cells);
  known.set(entry, { kind, json, from: now, until: now + steadyMs });
  return json;
}
