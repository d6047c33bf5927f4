import { deepCopy } from './deep-copy.ts';
import { deepEqual } from './deep-equal.ts';
import { guardDepth } from './depth-guard.ts';
import { isJsonObject, type Json, type JsonObject, own, setOwn } from './json.ts';

/** Applies an RFC 7386 merge patch: null removes a member, objects merge, all else replaces. Inputs stay as they were. */
export function applyMergePatch(target: Json | undefined, patch: Json): Json {
  return guardDepth(() => merge(target, patch));
}

function merge(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return deepCopy(patch);
  const result: JsonObject = {};
  if (isJsonObject(target)) {
    for (const [key, value] of Object.entries(target))
      if (!Object.hasOwn(patch, key)) setOwn(result, key, deepCopy(value));
  }
  const base: JsonObject = isJsonObject(target) ? target : {};
  for (const [key, value] of Object.entries(patch))
    if (value !== null) setOwn(result, key, merge(own(base, key), value));
  return result;
}

/** The merge patch that makes `modified` of `original`; `{}` when they say the same. */
export function createMergePatch(original: JsonObject, modified: JsonObject): JsonObject {
  return createThreeWayJsonMergePatch(original, modified, original);
}

/**
 * The merge patch of an apply: sets what `modified` says and `current` does not, and removes what `original` (the last
 * applied configuration) said and `modified` no longer does.
 */
export function createThreeWayJsonMergePatch(
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
): JsonObject {
  const patch: JsonObject = {};
  for (const key of Object.keys(original)) if (own(modified, key) === undefined) setOwn(patch, key, null);
  for (const [key, wanted] of Object.entries(modified)) {
    const actual = own(current, key);
    if (isJsonObject(wanted) && isJsonObject(actual)) {
      const before = own(original, key);
      const inner = createThreeWayJsonMergePatch(isJsonObject(before) ? before : {}, wanted, actual);
      if (Object.keys(inner).length > 0) setOwn(patch, key, inner);
    } else if (!deepEqual(wanted, actual)) setOwn(patch, key, deepCopy(wanted));
  }
  return patch;
}
