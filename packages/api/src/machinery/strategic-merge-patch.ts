import { deepCopy } from './deep-copy.ts';
import { guardDepth } from './depth-guard.ts';
import { isJsonObject, type Json, type JsonObject, own, setOwn } from './json.ts';
import { hasStrategy, type PatchSchema, schemaBelow } from './patch-schema.ts';
import { newBadRequest } from './status-errors.ts';
import {
  badPatchType,
  DELETE_FROM_PRIMITIVE_LIST,
  DIRECTIVE,
  isDirectiveKey,
  RETAIN_KEYS,
  SET_ELEMENT_ORDER,
  withoutDirectives,
} from './strategic-merge-directives.ts';
import { deleteFromScalarList, inOrder, mergeObjectList, mergeScalarList } from './strategic-merge-lists.ts';

export type { PatchField, PatchSchema } from './patch-schema.ts';

/**
 * Applies a strategic merge patch: like a merge patch, but lists whose field says so merge by key, and these directives are
 * obeyed: `$patch: replace|delete`, `$retainKeys`, `$setElementOrder/<list>`, `$deleteFromPrimitiveList/<list>`.
 * Inputs stay as they were. A malformed patch throws a 400 StatusError.
 */
export function applyStrategicMergePatch(original: JsonObject, patch: JsonObject, schema: PatchSchema): JsonObject {
  return guardDepth(() => deepCopy(mergeObject(original, patch, schema)));
}

function mergeObject(original: JsonObject, patch: JsonObject, schema: PatchSchema): JsonObject {
  const directive = own(patch, DIRECTIVE);
  if (directive === 'delete') return {};
  if (directive === 'replace') return withoutDirectives({ ...patch, [DIRECTIVE]: null }) as JsonObject;
  if (directive !== undefined && directive !== 'merge') throw badPatchType(directive, patch);

  const result = retained(original, patch);
  for (const [key, value] of Object.entries(patch)) {
    if (!key.startsWith(DELETE_FROM_PRIMITIVE_LIST)) continue;
    const name = key.slice(DELETE_FROM_PRIMITIVE_LIST.length);
    const list = own(result, name);
    if (!Array.isArray(value)) throw newBadRequest('invalid patch format of primitive list');
    if (Array.isArray(list)) setOwn(result, name, deleteFromScalarList(list, value));
  }
  for (const [key, value] of Object.entries(patch)) {
    if (isDirectiveKey(key)) continue;
    if (value === null) delete result[key];
    else setOwn(result, key, mergeField(own(result, key), value, key, schema));
  }
  for (const [key, order] of Object.entries(patch))
    if (key.startsWith(SET_ELEMENT_ORDER)) applyOrder(original, result, patch, key, order, schema);
  return result;
}

function mergeField(original: Json | undefined, patch: Json, name: string, schema: PatchSchema): Json {
  if (original === undefined) return withoutDirectives(patch);
  if (isJsonObject(original) && isJsonObject(patch)) {
    const field = schema.field(name);
    if (hasStrategy(field, 'replace')) return withoutDirectives(patch);
    return mergeObject(original, patch, schemaBelow(field));
  }
  if (Array.isArray(original) && Array.isArray(patch)) return mergeList(original, patch, name, schema);
  return withoutDirectives(patch);
}

function mergeList(original: readonly Json[], patch: readonly Json[], name: string, schema: PatchSchema): Json[] {
  const field = schema.field(name);
  if (!hasStrategy(field, 'merge')) return withoutDirectives([...patch]) as Json[];
  const sample = original[0] ?? patch[0];
  if (sample === undefined) return [];
  if (!isJsonObject(sample)) return mergeScalarList(original, patch);
  const mergeKey = field?.patchMergeKey;
  if (!mergeKey) throw newBadRequest(`cannot merge lists without merge key for ${name}`);
  const below = schemaBelow(field);
  return mergeObjectList(original, patch, mergeKey, (item, change) => mergeObject(item, change, below));
}

/** The original's members, less those that `$retainKeys` does not name. */
function retained(original: JsonObject, patch: JsonObject): JsonObject {
  const keep = own(patch, RETAIN_KEYS);
  if (keep === undefined) return { ...original };
  const problem = () => newBadRequest('invalid patch format of retainKeys');
  if (!Array.isArray(keep)) throw problem();
  for (const [key, value] of Object.entries(patch))
    if (value !== null && !isDirectiveKey(key) && !keep.includes(key)) throw problem();
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(original)) if (keep.includes(key)) setOwn(result, key, value);
  return result;
}

function applyOrder(
  original: JsonObject,
  result: JsonObject,
  patch: JsonObject,
  key: string,
  order: Json,
  schema: PatchSchema,
): void {
  const name = key.slice(SET_ELEMENT_ORDER.length);
  const merged = own(result, name);
  const before = own(original, name);
  if (!Array.isArray(order)) throw newBadRequest('invalid patch format of setElementOrder list');
  if (!Array.isArray(merged)) return;
  const mergeKey = schema.field(name)?.patchMergeKey;
  checkOrder(own(patch, name), order, mergeKey);
  setOwn(result, name, inOrder(merged, order, Array.isArray(before) ? before : [], mergeKey));
}

/** What a patch adds must stand in the order that it names. */
function checkOrder(patchList: Json | undefined, order: readonly Json[], mergeKey: string | undefined): void {
  if (!Array.isArray(patchList) || patchList.length === 0 || order.length === 0) return;
  const id = (item: Json) => JSON.stringify(mergeKey && isJsonObject(item) ? own(item, mergeKey) : item);
  const wanted = order.map(id);
  let at = 0;
  for (const item of patchList) {
    if (isJsonObject(item) && own(item, DIRECTIVE) !== undefined) continue;
    const found = wanted.indexOf(id(item), at);
    if (found < 0) {
      throw newBadRequest(
        `The order in patch list:\n${JSON.stringify(patchList)}\n doesn't match $setElementOrder list:\n${JSON.stringify(order)}\n`,
      );
    }
    at = found + 1;
  }
}
