import { deepEqual } from './deep-equal.ts';
import { isJsonObject, type Json, type JsonObject, own } from './json.ts';
import { newBadRequest } from './status-errors.ts';
import { badPatchType, DIRECTIVE, noMergeKey, withoutDirectives } from './strategic-merge-directives.ts';

/** What tells items apart: the merge key's value for objects, the item itself for scalars. */
export function identity(item: Json, mergeKey: string | undefined): Json {
  if (mergeKey === undefined || mergeKey === '') return item;
  if (!isJsonObject(item)) throw newBadRequest(`list item ${JSON.stringify(item)} is not an object`);
  const value = own(item, mergeKey);
  if (value === undefined) throw noMergeKey(item, mergeKey);
  return value;
}

function indexIn(list: readonly Json[], id: Json, mergeKey: string | undefined): number {
  return list.findIndex((item) => deepEqual(identity(item, mergeKey), id));
}

/** Adds what a patch lists to a list of scalars, each value once. */
export function mergeScalarList(original: readonly Json[], patch: readonly Json[]): Json[] {
  return inOrder([...new Set([...original, ...patch])], patch, original, undefined);
}

/** Takes from a list of scalars what a patch lists. */
export function deleteFromScalarList(original: readonly Json[], patch: readonly Json[]): Json[] {
  return original.filter((item) => !patch.includes(item));
}

/**
 * Merges objects by their merge key. Items of the patch may say `$patch: delete` (drop the one with this key) or
 * `$patch: replace` (the patch's other items become the whole list).
 */
export function mergeObjectList(
  original: readonly Json[],
  patch: readonly Json[],
  mergeKey: string,
  mergeItem: (original: JsonObject, patch: JsonObject) => Json,
): Json[] {
  const plain: JsonObject[] = [];
  let kept = [...original];
  let replaced = false;
  for (const item of patch) {
    if (!isJsonObject(item)) throw newBadRequest(`list item ${JSON.stringify(item)} is not an object`);
    const directive = own(item, DIRECTIVE);
    if (directive === undefined) plain.push(item);
    else if (directive === 'replace') replaced = true;
    else if (directive === 'delete') {
      const id = identity(item, mergeKey);
      kept = kept.filter((candidate) => !deepEqual(identity(candidate, mergeKey), id));
    } else if (directive === 'merge') throw newBadRequest('merging lists cannot yet be specified in the patch');
    else throw badPatchType(directive, item);
  }
  if (replaced) return plain.map(withoutDirectives);

  const before = [...kept];
  for (const item of plain) {
    const at = indexIn(kept, identity(item, mergeKey), mergeKey);
    if (at < 0) kept.push(withoutDirectives(item));
    else kept[at] = mergeItem(kept[at] as JsonObject, item);
  }
  return inOrder(kept, plain, before, mergeKey);
}

/**
 * Orders merged items: those that `order` names stand in its order, the others as they stood in `before`, and among the two
 * sorts `before` decides where it knows both; else the named one goes first.
 */
export function inOrder(
  items: readonly Json[],
  order: readonly Json[],
  before: readonly Json[],
  mergeKey: string | undefined,
): Json[] {
  const place = (list: readonly Json[]) => {
    const places = new Map(list.map((item, i) => [identityText(item, mergeKey), i] as const).reverse());
    return (item: Json) => places.get(identityText(item, mergeKey)) ?? -1;
  };
  const inList = place(order);
  const inBefore = place(before);
  const named = items.filter((item) => inList(item) >= 0).sort((a, b) => inList(a) - inList(b));
  const others = items.filter((item) => inList(item) < 0);
  if (others.every((item) => inBefore(item) >= 0)) others.sort((a, b) => inBefore(a) - inBefore(b));

  const result: Json[] = [];
  let i = 0;
  for (const item of named) {
    const at = inBefore(item);
    for (; at >= 0 && i < others.length; i++) {
      const other = inBefore(others[i] as Json);
      if (other < 0 || other >= at) break;
      result.push(others[i] as Json);
    }
    result.push(item);
  }
  return [...result, ...others.slice(i)];
}

function identityText(item: Json, mergeKey: string | undefined): string {
  return JSON.stringify(identity(item, mergeKey));
}
