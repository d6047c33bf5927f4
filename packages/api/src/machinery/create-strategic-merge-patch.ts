import { deepCopy } from './deep-copy.ts';
import { deepEqual } from './deep-equal.ts';
import { isJsonObject, type Json, type JsonObject, own, setOwn } from './json.ts';
import { hasStrategy, type PatchField, type PatchSchema, schemaBelow } from './patch-schema.ts';
import { DELETE_FROM_PRIMITIVE_LIST, DIRECTIVE, RETAIN_KEYS, SET_ELEMENT_ORDER } from './strategic-merge-directives.ts';
import { identity } from './strategic-merge-lists.ts';

/** The strategic merge patch that makes `modified` of `original`; `{}` when they say the same. */
export function createTwoWayMergePatch(original: JsonObject, modified: JsonObject, schema: PatchSchema): JsonObject {
  return createThreeWayMergePatch(original, modified, original, schema);
}

/**
 * The strategic merge patch of an apply: sets what `modified` says and `current` does not, and removes what `original`
 * (the last applied configuration) said and `modified` no longer does. What only `current` says stays.
 */
export function createThreeWayMergePatch(
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
  schema: PatchSchema,
): JsonObject {
  const patch: JsonObject = {};
  for (const [name, wanted] of Object.entries(modified)) {
    if (wanted === null) continue;
    const field = schema.field(name);
    const before = own(original, name);
    const actual = own(current, name);
    if (isJsonObject(wanted) && isJsonObject(actual) && !hasStrategy(field, 'replace')) {
      const base = isJsonObject(before) ? before : {};
      const inner = createThreeWayMergePatch(base, wanted, actual, schemaBelow(field));
      if (hasStrategy(field, 'retainKeys') && Object.keys(inner).length > 0)
        inner[RETAIN_KEYS] = Object.keys(wanted).sort();
      if (Object.keys(inner).length > 0) setOwn(patch, name, inner);
    } else if (Array.isArray(wanted) && Array.isArray(actual) && hasStrategy(field, 'merge')) {
      listPatch(patch, name, Array.isArray(before) ? before : [], wanted, actual, field as PatchField);
    } else if (!deepEqual(wanted, actual)) setOwn(patch, name, deepCopy(wanted));
  }
  for (const name of Object.keys(original)) if ((own(modified, name) ?? null) === null) setOwn(patch, name, null);
  return patch;
}

function listPatch(
  patch: JsonObject,
  name: string,
  original: readonly Json[],
  modified: readonly Json[],
  current: readonly Json[],
  field: PatchField,
): void {
  const mergeKey = field.patchMergeKey;
  const id = (item: Json) => JSON.stringify(identity(item, mergeKey));
  const actual = new Map(current.map((item) => [id(item), item]));
  const before = new Map(original.map((item) => [id(item), item]));
  const wanted = new Set(modified.map(id));
  const changes: Json[] = [];

  if (mergeKey) {
    const below = schemaBelow(field);
    for (const item of modified as JsonObject[]) {
      const found = actual.get(id(item));
      if (!isJsonObject(found)) {
        changes.push(deepCopy(item));
        continue;
      }
      const inner = createThreeWayMergePatch((before.get(id(item)) ?? {}) as JsonObject, item, found, below);
      if (Object.keys(inner).length > 0) changes.push({ ...inner, [mergeKey]: item[mergeKey] as Json });
    }
    for (const item of original)
      if (!wanted.has(id(item))) changes.push({ [DIRECTIVE]: 'delete', [mergeKey]: identity(item, mergeKey) });
  } else {
    changes.push(...modified.filter((item) => !actual.has(id(item))));
    const gone = original.filter((item) => !wanted.has(id(item)));
    if (gone.length > 0) setOwn(patch, DELETE_FROM_PRIMITIVE_LIST + name, [...gone]);
  }

  const kept = current.map(id).filter((text) => wanted.has(text));
  const reordered =
    modified
      .map(id)
      .filter((text) => actual.has(text))
      .join() !== kept.join();
  if (changes.length > 0) setOwn(patch, name, changes);
  if (changes.length > 0 || reordered) {
    const order = modified.map((item) => (mergeKey ? { [mergeKey]: identity(item, mergeKey) } : item));
    setOwn(patch, SET_ELEMENT_ORDER + name, order);
  }
}
