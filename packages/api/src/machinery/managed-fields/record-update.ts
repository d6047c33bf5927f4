import type { Difference } from './compare-objects.ts';
import { subtractSet, unionSets } from './field-set.ts';
import { isBy, type ManagerEntry, newEntry, sortEntries, type Writer, withFields } from './manager-entry.ts';

/** Update managers beyond this many are put together, the oldest first. */
export const MAX_UPDATE_MANAGERS = 10;
const ANCIENT = 'ancient-changes';

/** The same difference between the objects as another version shows them; undefined for a version that is not served. */
export type DifferenceAt = (apiVersion: string) => { readonly difference: Difference | undefined } | undefined;

/**
 * Who owns what after a write that was no apply: the writer owns what it added or changed, the others lose that and
 * everything that is gone. The entries themselves when nothing changed.
 */
export function recordUpdate(
  entries: readonly ManagerEntry[],
  difference: Difference | undefined,
  writer: Writer,
  differenceAt: DifferenceAt,
): readonly ManagerEntry[] {
  if (!difference) return entries;
  const left = loseFields(entries, difference, writer, differenceAt);
  const { taken } = difference;
  if (!taken) return left;
  const own = left.findIndex((entry) => isBy(entry, writer, 'Update'));
  const fields = own < 0 ? taken : unionSets((left[own] as ManagerEntry).fieldsV1, taken);
  const next = left.filter((_, i) => i !== own);
  next.push(newEntry(writer, 'Update', fields));
  return sortEntries(capEntries(next));
}

/** Every entry without what was taken from it or removed. */
export function loseFields(
  entries: readonly ManagerEntry[],
  difference: Difference,
  writer: Writer,
  differenceAt: DifferenceAt,
): ManagerEntry[] {
  return entries.flatMap((entry) => {
    const at = entry.apiVersion === writer.apiVersion ? { difference } : differenceAt(entry.apiVersion);
    if (!at) return [];
    let fields = entry.fieldsV1;
    if (at.difference?.taken) fields = subtractSet(fields, at.difference.taken);
    if (at.difference?.removed) fields = subtractSet(fields, at.difference.removed);
    const next = withFields(entry, fields);
    return next ? [next] : [];
  });
}

/** Puts the oldest updates of a version together as `ancient-changes` until there are few enough. */
export function capEntries(entries: readonly ManagerEntry[]): readonly ManagerEntry[] {
  let updates = entries.filter(({ operation }) => operation === 'Update').length;
  if (updates <= MAX_UPDATE_MANAGERS) return entries;
  const kept = new Set(sortEntries(entries));
  const oldest = new Map<string, ManagerEntry>();
  for (const entry of [...kept]) {
    if (updates <= MAX_UPDATE_MANAGERS) break;
    if (entry.operation !== 'Update') continue;
    const { apiVersion, time } = entry;
    const bucket = oldest.get(apiVersion);
    if (!bucket) {
      oldest.set(apiVersion, entry);
      continue;
    }
    kept.delete(bucket);
    kept.delete(entry);
    const writer = { manager: ANCIENT, subresource: '', apiVersion, time: time ?? '' };
    const merged = newEntry(writer, 'Update', unionSets(bucket.fieldsV1, entry.fieldsV1));
    kept.add(merged);
    oldest.set(apiVersion, merged);
    updates--;
  }
  return [...kept];
}
