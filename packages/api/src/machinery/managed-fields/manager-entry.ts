import { canonicalTime } from '../time.ts';
import { equalSets, type FieldSet, type FieldSetNode, isEmptySet, LEAF, SELF } from './field-set.ts';
import { canonicalElement } from './path-element.ts';

/** One manager's part of an object: metav1.ManagedFieldsEntry with its fields as a set. */
export interface ManagerEntry {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly time?: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: FieldSet;
  readonly subresource?: string;
}

/** Who writes, by which door, at which time (RFC 3339). */
export interface Writer {
  readonly manager: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  readonly apiVersion: string;
  readonly time: string;
}

export function newEntry(writer: Writer, operation: 'Apply' | 'Update', fieldsV1: FieldSet): ManagerEntry {
  const { manager, apiVersion, time, subresource } = writer;
  const entry = { manager, operation, apiVersion, time, fieldsType: 'FieldsV1', fieldsV1 } as const;
  return subresource === '' ? entry : { ...entry, subresource };
}

/** Whether the entry is the writer's own: for an update its version counts too. */
export function isBy(entry: ManagerEntry, writer: Writer, operation: 'Apply' | 'Update'): boolean {
  return (
    entry.manager === writer.manager &&
    entry.operation === operation &&
    (entry.subresource ?? '') === writer.subresource &&
    (operation === 'Apply' || entry.apiVersion === writer.apiVersion)
  );
}

/** In upstream's order: appliers first, then by time, manager, version and subresource. */
export function sortEntries(entries: readonly ManagerEntry[]): ManagerEntry[] {
  return [...entries].sort(
    (a, b) =>
      order(a.operation, b.operation) ||
      order(a.time ?? '', b.time ?? '') ||
      order(a.manager, b.manager) ||
      order(a.apiVersion, b.apiVersion) ||
      order(a.subresource ?? '', b.subresource ?? ''),
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Entries as a client wrote them; undefined when one of them is none, as upstream then keeps what it had. */
export function decodeEntries(given: readonly unknown[]): ManagerEntry[] | undefined {
  const entries: ManagerEntry[] = [];
  for (const each of given) {
    const { manager, operation, apiVersion, time, fieldsType, fieldsV1, subresource } = (each ?? {}) as Record<
      string,
      unknown
    >;
    if (operation !== 'Apply' && operation !== 'Update') return undefined;
    if (typeof apiVersion !== 'string' || apiVersion === '' || fieldsType !== 'FieldsV1') return undefined;
    const set = decodeFieldSet(fieldsV1 ?? {});
    if (!set) return undefined;
    const at = typeof time === 'string' ? canonicalTime(time) : undefined;
    entries.push({
      manager: typeof manager === 'string' ? manager : '',
      operation,
      apiVersion,
      ...(at === undefined ? {} : { time: at }),
      fieldsType,
      fieldsV1: set,
      ...(typeof subresource === 'string' && subresource !== '' ? { subresource } : {}),
    });
  }
  return entries;
}

/** FieldsV1 that came from outside, in this program's spelling; undefined when it is none. */
export function decodeFieldSet(json: unknown): FieldSet | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const node: FieldSetNode = {};
  let members = 0;
  for (const [element, value] of Object.entries(json)) {
    const canonical = element === SELF ? SELF : canonicalElement(element);
    const below = decodeFieldSet(value);
    if (canonical === undefined || !below) return undefined;
    node[canonical] = below;
    members++;
  }
  return members === 0 || (members === 1 && node[SELF]) ? LEAF : node;
}

export function equalEntries(a: readonly ManagerEntry[], b: readonly ManagerEntry[]): boolean {
  return (
    a.length === b.length &&
    a.every((entry, i) => {
      const other = b[i] as ManagerEntry;
      return entry === other || (isSame(entry, other) && equalSets(entry.fieldsV1, other.fieldsV1));
    })
  );
}

function isSame(a: ManagerEntry, b: ManagerEntry): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.apiVersion === b.apiVersion &&
    a.time === b.time &&
    a.subresource === b.subresource
  );
}

/** The entry with other fields; undefined when none are left, itself when nothing changed. */
export function withFields(entry: ManagerEntry, fieldsV1: FieldSet): ManagerEntry | undefined {
  if (fieldsV1 === entry.fieldsV1) return entry;
  return isEmptySet(fieldsV1) ? undefined : { ...entry, fieldsV1 };
}
