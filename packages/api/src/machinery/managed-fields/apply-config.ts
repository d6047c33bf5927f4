import type { Struct } from '../../schema/struct.ts';
import { deepEqual } from '../deep-equal.ts';
import { applyConflict, type Conflict } from './apply-conflict.ts';
import { compareObjects, emptyObject } from './compare-objects.ts';
import { configFields } from './config-fields.ts';
import { type FieldSet, intersectSets, isEmptySet, LEAF, subtractSet, unionSets } from './field-set.ts';
import { KUBECTL, LAST_APPLIED_ANNOTATION, lastAppliedFields, lastAppliedText } from './last-applied.ts';
import { isBy, type ManagerEntry, newEntry, sortEntries, type Writer } from './manager-entry.ts';
import { mergeConfig } from './merge-config.ts';
import { type DifferenceAt, loseFields } from './record-update.ts';
import { removeFields, withParents } from './remove-fields.ts';
import { rootShape } from './shape.ts';

export interface ApplyRequest<T extends object> {
  readonly struct: Struct;
  /** What is stored, without managedFields; undefined when the apply creates the object. */
  readonly live: T | undefined;
  readonly entries: readonly ManagerEntry[];
  /** The configuration as the client sent it. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly writer: Writer;
  readonly force: boolean;
  readonly differenceAt: DifferenceAt;
  /** Reads JSON as an object of the kind. */
  decode(json: unknown): T;
}

export interface Applied<T> {
  readonly object: T;
  readonly entries: readonly ManagerEntry[];
}

/**
 * Server-side apply (KEP-555): the live object with the configuration merged in, without what this manager applied
 * before, applies no more, and nobody else owns; and who owns what afterwards.
 * @throws StatusError Conflict when another manager owns what would change and `force` is not given; ConfigError
 */
export function applyConfig<T extends object>(request: ApplyRequest<T>): Applied<T> {
  const { struct, live, config, writer, decode } = request;
  const shape = rootShape(struct);
  const fields = configFields(shape, config);
  const entries = live ? known(request) : [];
  const last = entries.find((entry) => isBy(entry, writer, 'Apply'));
  const others = entries.filter((entry) => entry !== last);

  let merged = live ? mergeConfig(shape, live, config) : config;
  if (last) {
    const owned = others.reduce((all: FieldSet, entry) => unionSets(all, entry.fieldsV1), fields);
    const dropped = subtractSet(withParents(shape, last.fieldsV1), withParents(shape, owned));
    merged = removeFields(shape, merged, dropped) ?? {};
  }
  const decoded = decode(merged);
  const before = live ?? emptyObject(struct);
  const difference = compareObjects(struct, before, decoded);
  const taken = difference?.taken;
  if (taken && !request.force) checkConflicts(request, others, taken);
  const left = difference ? loseFields(others, difference, writer, request.differenceAt) : others;
  const object = syncLastApplied(decoded, request);
  if (last && live && isEmptySet(fields) === false && sameAsLast(last, fields, writer) && deepEqual(object, live))
    return { object, entries: request.entries.length > 0 ? request.entries : entries };
  const own = isEmptySet(fields) ? [] : [newEntry(writer, 'Apply', fields)];
  return { object, entries: sortEntries([...left, ...own]) };
}

/** What was there before anybody tracked it belongs to a manager of its own. */
function known<T extends object>({ struct, live, entries, writer }: ApplyRequest<T>): readonly ManagerEntry[] {
  if (entries.length > 0 || !live) return entries;
  const taken = compareObjects(struct, emptyObject(struct), live)?.taken;
  return taken ? [newEntry({ ...writer, manager: 'before-first-apply' }, 'Update', taken)] : [];
}

function sameAsLast(last: ManagerEntry, fields: FieldSet, { apiVersion }: Writer): boolean {
  return last.apiVersion === apiVersion && deepEqual(last.fieldsV1, fields);
}

function checkConflicts<T extends object>(
  { struct, live, writer, decode }: ApplyRequest<T>,
  others: readonly ManagerEntry[],
  taken: FieldSet,
): void {
  const conflicts: Conflict[] = others.flatMap((owner) => {
    const fields = intersectSets(owner.fieldsV1, taken);
    return isEmptySet(fields) ? [] : [{ owner, fields }];
  });
  if (conflicts.length === 0) return;
  const allowed = writer.manager === KUBECTL && live ? lastAppliedFields(struct, live, decode) : LEAF;
  const real = conflicts.flatMap(({ owner, fields }) => {
    const rest = subtractSet(fields, allowed);
    return isEmptySet(rest) ? [] : [{ owner, fields: rest }];
  });
  if (real.length > 0) throw applyConflict(real);
}

type Annotated = { metadata?: { annotations?: Record<string, string> } };

/** kubectl keeps the annotation of client-side apply in step, so that older clients may still use it. */
function syncLastApplied<T extends object>(object: T, { writer, config }: ApplyRequest<T>): T {
  const { metadata } = object as Annotated;
  if (writer.manager !== KUBECTL || metadata?.annotations?.[LAST_APPLIED_ANNOTATION] === undefined) return object;
  const annotations = { ...metadata.annotations, [LAST_APPLIED_ANNOTATION]: lastAppliedText(config) };
  return { ...object, metadata: { ...metadata, annotations } };
}
