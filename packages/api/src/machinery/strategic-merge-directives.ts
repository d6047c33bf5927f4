import { isJsonObject, type Json, type JsonObject, own, setOwn } from './json.ts';
import { newBadRequest } from './status-errors.ts';

export const DIRECTIVE = '$patch';
export const RETAIN_KEYS = '$retainKeys';
export const SET_ELEMENT_ORDER = '$setElementOrder/';
export const DELETE_FROM_PRIMITIVE_LIST = '$deleteFromPrimitiveList/';

export function isDirectiveKey(key: string): boolean {
  return (
    key === DIRECTIVE ||
    key === RETAIN_KEYS ||
    key.startsWith(SET_ELEMENT_ORDER) ||
    key.startsWith(DELETE_FROM_PRIMITIVE_LIST)
  );
}

export function badPatchType(type: Json, patch: JsonObject): Error {
  return newBadRequest(`unknown patch type: ${String(type)} in map: ${JSON.stringify(patch)}`);
}

export function noMergeKey(item: JsonObject, mergeKey: string): Error {
  return newBadRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`);
}

/** What a patch's value is where nothing stood before: without directives, nulls, and items that ask to be deleted. */
export function withoutDirectives(value: Json): Json {
  if (Array.isArray(value)) {
    return value.filter((item) => !isJsonObject(item) || own(item, DIRECTIVE) === undefined).map(withoutDirectives);
  }
  if (!isJsonObject(value)) return value;
  const result: JsonObject = {};
  if (own(value, DIRECTIVE) === 'delete') return result;
  for (const [key, member] of Object.entries(value))
    if (member !== null && !isDirectiveKey(key)) setOwn(result, key, withoutDirectives(member));
  return result;
}
