/**
 * A set of fields of one object, in the very form of FieldsV1 (KEP-555): a tree of path elements — `f:name` a field,
 * `k:{…}` an item by its keys, `v:…` an item by its value, `i:n` one by its index. A node without members is in the set;
 * one with members is in it when it has the member `.` as well. The root alone is never in the set: empty is empty.
 * Sets are never changed, and share their parts. Canonical: no node holds `.` alone.
 */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

/** While it is being built. */
export interface FieldSetNode {
  [element: string]: FieldSet;
}

/** The node of a field that is in the set with nothing below it; as a root, the empty set. */
export const LEAF: FieldSet = Object.freeze({});
/** The member that says that the node itself is in the set. */
export const SELF = '.';

export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

const isLeaf = isEmptySet;

export function unionSets(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmptySet(b)) return a;
  return isEmptySet(a) ? b : unionNodes(a, b);
}

function unionNodes(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  if (isLeaf(b)) return isLeaf(a) || a[SELF] ? a : { [SELF]: LEAF, ...a };
  if (isLeaf(a)) return b[SELF] ? b : { [SELF]: LEAF, ...b };
  let result: FieldSetNode | undefined;
  for (const element in b) {
    const left = a[element];
    const right = b[element] as FieldSet;
    const node = left === undefined ? right : element === SELF ? left : unionNodes(left, right);
    if (node === left) continue;
    result ??= b[SELF] && !a[SELF] ? { [SELF]: LEAF, ...a } : { ...a };
    result[element] = node;
  }
  return result ?? a;
}

/** What is in `a` and not in `b`; `a` itself when that is all of it. */
export function subtractSet(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return a;
  return subtractNode(a, b) ?? LEAF;
}

function subtractNode(a: FieldSet, b: FieldSet): FieldSet | undefined {
  if (isLeaf(a)) return isLeaf(b) || b[SELF] ? undefined : a;
  let result: FieldSetNode | undefined;
  if (a[SELF] && (isLeaf(b) || b[SELF])) {
    result = { ...a };
    delete result[SELF];
  }
  for (const element in b) {
    const left = a[element];
    if (element === SELF || left === undefined) continue;
    const rest = subtractNode(left, b[element] as FieldSet);
    if (rest === left) continue;
    result ??= { ...a };
    if (rest === undefined) delete result[element];
    else result[element] = rest;
  }
  return result === undefined ? a : canonicalNode(result);
}

/** Undefined for a node that holds nothing any more. */
function canonicalNode(node: FieldSetNode): FieldSet | undefined {
  let members = 0;
  for (const _ in node) if (++members > 1) return node;
  if (members === 0) return undefined;
  return node[SELF] ? LEAF : node;
}

export function intersectSets(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return LEAF;
  return intersectNodes(a, b) ?? LEAF;
}

function intersectNodes(a: FieldSet, b: FieldSet): FieldSet | undefined {
  if (isLeaf(a)) return isLeaf(b) || b[SELF] ? LEAF : undefined;
  if (isLeaf(b)) return a[SELF] ? LEAF : undefined;
  const result: FieldSetNode = {};
  for (const element in a) {
    const right = b[element];
    if (right === undefined) continue;
    const node = element === SELF ? LEAF : intersectNodes(a[element] as FieldSet, right);
    if (node) result[element] = node;
  }
  return canonicalNode(result);
}

export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  let members = 0;
  for (const element in a) {
    const right = b[element];
    if (right === undefined || !equalSets(a[element] as FieldSet, right)) return false;
    members++;
  }
  for (const _ in b) if (--members < 0) return false;
  return true;
}

/** Every field of the set as the elements that lead to it. */
export function* fieldsOf(set: FieldSet): Generator<readonly string[]> {
  if (!isEmptySet(set)) yield* below(set, []);
}

function* below(node: FieldSet, at: readonly string[]): Generator<readonly string[]> {
  if (at.length > 0 && (isLeaf(node) || node[SELF])) yield at;
  for (const element in node) if (element !== SELF) yield* below(node[element] as FieldSet, [...at, element]);
}

/** Puts a member into a node that is being built, and makes the node with its first one. */
export function put(node: FieldSetNode | undefined, element: string, member: FieldSet): FieldSetNode {
  if (!node) return { [element]: member };
  node[element] = member;
  return node;
}
