import { emptyStruct } from '../../schema/decode-value.ts';
import type { Struct } from '../../schema/struct.ts';
import { deepEqual } from '../deep-equal.ts';
import { isObject } from '../json.ts';
import { type FieldSet, type FieldSetNode, LEAF, put, SELF } from './field-set.ts';
import { fieldElement, keyElement, valueElement } from './path-element.ts';
import { type FieldShape, type ListShape, rootShape, type Shape, type StructShape } from './shape.ts';

/** What became of the fields from one state to the next. Undefined stands for an empty set. */
export interface Difference {
  /** Added or changed. */
  readonly taken: FieldSet | undefined;
  readonly removed: FieldSet | undefined;
}

type Members = Readonly<Record<string, unknown>>;

const empties = new WeakMap<Struct, Members>();

/** What a create is compared with: what Go has before anything is set. */
export function emptyObject(struct: Struct): Members {
  const known = empties.get(struct);
  if (known) return known;
  const { metadata, ...rest } = emptyStruct(struct);
  const empty = { ...rest, metadata: metadata ?? {} };
  empties.set(struct, empty);
  return empty;
}

/** The difference of two decoded objects; undefined when there is none that anybody could own. Changes neither. */
export function compareObjects(struct: Struct, before: object, after: object): Difference | undefined {
  return compareStructs(rootShape(struct), before as Members, after as Members);
}

function compareValues(shape: Shape, before: unknown, after: unknown): Difference | undefined {
  if (before === after) return undefined;
  switch (shape.kind) {
    case 'struct':
      if (isObject(before) && isObject(after)) return compareStructs(shape, before, after);
      break;
    case 'map':
      if (isObject(before) && isObject(after)) return compareMaps(shape.value, before, after);
      break;
    case 'list':
    case 'set':
      if (Array.isArray(before) && Array.isArray(after)) return compareLists(shape, before, after);
      break;
    case 'leaf':
      break;
    default:
      return shape satisfies never;
  }
  return deepEqual(before, after) ? undefined : { taken: LEAF, removed: undefined };
}

function compareStructs(shape: StructShape, before: Members, after: Members): Difference | undefined {
  let taken: FieldSetNode | undefined;
  let removed: FieldSetNode | undefined;
  for (const name in after) {
    const value = after[name];
    const old = before[name];
    if (value === old || value === undefined) continue;
    const field = shape.fields.get(name);
    if (!field?.tracked) continue;
    if (old === undefined) {
      const node = wholeField(field, value);
      if (node) taken = put(taken, field.element, node);
      continue;
    }
    const difference = compareValues(field.shape, old, value);
    if (difference?.taken) taken = put(taken, field.element, difference.taken);
    if (difference?.removed) removed = put(removed, field.element, difference.removed);
  }
  for (const name in before) {
    if (after[name] !== undefined || before[name] === undefined) continue;
    const field = shape.fields.get(name);
    if (!field?.tracked) continue;
    const node = wholeField(field, before[name]);
    if (node) removed = put(removed, field.element, node);
  }
  return taken || removed ? { taken, removed } : undefined;
}

/** A field that is there on one side alone. */
function wholeField({ shape, written }: FieldShape, value: unknown): FieldSet | undefined {
  const node = wholeValue(shape, value);
  if (!written || !node[SELF]) return written && isEmptyValue(value) ? undefined : node;
  const { [SELF]: _, ...items } = node;
  return items;
}

function isEmptyValue(value: unknown): boolean {
  for (const _ in value as object) return false;
  return true;
}

/** A map's own member, never one of its prototype's. */
function own(map: Members, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function compareMaps(shape: Shape, before: Members, after: Members): Difference | undefined {
  let taken: FieldSetNode | undefined;
  let removed: FieldSetNode | undefined;
  for (const key in after) {
    const old = own(before, key);
    const value = own(after, key);
    if (value === undefined || value === old) continue;
    const difference =
      old === undefined ? { taken: wholeValue(shape, value), removed: undefined } : compareValues(shape, old, value);
    if (difference?.taken) taken = put(taken, fieldElement(key), difference.taken);
    if (difference?.removed) removed = put(removed, fieldElement(key), difference.removed);
  }
  for (const key in before)
    if (own(after, key) === undefined && before[key] !== undefined)
      removed = put(removed, fieldElement(key), wholeValue(shape, before[key]));
  return taken || removed ? { taken, removed } : undefined;
}

type Collection = ListShape | { readonly kind: 'set' };

/** The element of an item; one that can't be told from the others is known by its index. */
export function itemElement(shape: Collection, item: unknown, index: number): string {
  if (shape.kind === 'set') return valueElement(item);
  return (isObject(item) ? keyElement(shape.keys, item) : undefined) ?? `i:${index}`;
}

function compareLists(shape: Collection, before: unknown[], after: unknown[]): Difference | undefined {
  // Most lists stay as they are, and this is much cheaper than finding every item by its key.
  if (deepEqual(before, after)) return undefined;
  let taken: FieldSetNode | undefined;
  let removed: FieldSetNode | undefined;
  const left = groupItems(shape, before);
  const right = groupItems(shape, after);
  for (const [element, items] of right) {
    const olds = left.get(element);
    if (olds === undefined) {
      taken = put(taken, element, items.length === 1 ? wholeItem(shape, items[0]) : LEAF);
      continue;
    }
    if (items.length > 1 || olds.length > 1) {
      if (!deepEqual(items, olds)) taken = put(taken, element, LEAF);
      continue;
    }
    if (shape.kind === 'set') continue;
    const difference = compareValues(shape.item, olds[0], items[0]);
    if (difference?.taken) taken = put(taken, element, difference.taken);
    if (difference?.removed) removed = put(removed, element, difference.removed);
  }
  for (const [element, items] of left)
    if (!right.has(element)) removed = put(removed, element, items.length === 1 ? wholeItem(shape, items[0]) : LEAF);
  return taken || removed ? { taken, removed } : undefined;
}

/** Upstream allows items with equal keys where they came in without server-side apply; they go together. */
function groupItems(shape: Collection, items: readonly unknown[]): Map<string, unknown[]> {
  const groups = new Map<string, unknown[]>();
  items.forEach((item, index) => {
    const element = itemElement(shape, item, index);
    const group = groups.get(element);
    if (group) group.push(item);
    else groups.set(element, [item]);
  });
  return groups;
}

function wholeItem(shape: Collection, item: unknown): FieldSet {
  return shape.kind === 'set' ? LEAF : wholeValue(shape.item, item);
}

/** A value with everything in it. */
function wholeValue(shape: Shape, value: unknown): FieldSet {
  if (shape.kind === 'leaf' || typeof value !== 'object' || value === null) return LEAF;
  const node: FieldSetNode = { [SELF]: LEAF };
  let members = 0;
  if (Array.isArray(value)) {
    if (shape.kind !== 'list' && shape.kind !== 'set') return LEAF;
    for (const item of value) {
      const element = itemElement(shape, item, members++);
      node[element] = node[element] ? LEAF : wholeItem(shape, item);
    }
  } else if (shape.kind === 'struct') {
    for (const name in value) {
      const field = shape.fields.get(name);
      const member = (value as Members)[name];
      if (member === undefined || !field?.tracked) continue;
      node[field.element] = wholeValue(field.shape, member);
      members++;
    }
  } else if (shape.kind === 'map') {
    for (const key in value) {
      const member = (value as Members)[key];
      if (member === undefined) continue;
      node[fieldElement(key)] = wholeValue(shape.value, member);
      members++;
    }
  } else return LEAF;
  return members === 0 ? LEAF : node;
}
