import {
  compareObjects,
  decodeEntries,
  deepEqual,
  emptyObject,
  type Kind,
  type KubeObject,
  type ManagerEntry,
  recordUpdate,
  type Writer,
} from '@coxswain/api';
import { differenceAt } from './difference-at.ts';

/**
 * Who owns the fields of an object that is about to be created: of what the client sent and the defaults, not of what
 * the server adds later.
 */
export function fieldsOfCreate(kinds: readonly Kind[], kind: Kind, object: KubeObject, writer: Writer) {
  const given = givenEntries(object) ?? [];
  const keepsStatus = !kind.subresources?.status || kind.keepsStatusOnCreate;
  const created = keepsStatus ? object : { ...object, status: undefined };
  const before = emptyObject(kind.struct);
  const difference = compareObjects(kind.struct, before, created);
  return recordUpdate(given, difference, writer, differenceAt(kinds, kind, undefined, object));
}

/**
 * Who owns the fields after a write that was no apply. `given` is what the client said of managedFields, which counts
 * for the object itself only. What nobody has tracked so far stays so until the first apply.
 */
export function fieldsOfUpdate(
  kinds: readonly Kind[],
  kind: Kind,
  current: KubeObject,
  next: KubeObject,
  given: readonly unknown[] | undefined,
  writer: Writer,
): readonly ManagerEntry[] {
  const live = entriesOf(current);
  const entries = writer.subresource === '' ? chosenEntries(given, live) : live;
  if (entries.length === 0) return entries;
  const difference = compareObjects(kind.struct, current, next);
  return recordUpdate(entries, difference, writer, differenceAt(kinds, kind, current, next));
}

/** What the server stored itself. */
export function entriesOf({ metadata }: KubeObject): readonly ManagerEntry[] {
  return (metadata.managedFields ?? []) as readonly ManagerEntry[];
}

/** The client's entries where it sent some that can be read; `[{}]` resets, nothing leaves what there is. */
function chosenEntries(given: readonly unknown[] | undefined, live: readonly ManagerEntry[]): readonly ManagerEntry[] {
  if (!given || given.length === 0 || deepEqual(given, live)) return live;
  if (isReset(given)) return [];
  return decodeEntries(given) ?? live;
}

function givenEntries({ metadata: { managedFields } }: KubeObject): readonly ManagerEntry[] | undefined {
  return managedFields && !isReset(managedFields) ? decodeEntries(managedFields) : undefined;
}

function isReset(given: readonly unknown[]): boolean {
  return given.length === 1 && Object.keys(given[0] as object).length === 0;
}
