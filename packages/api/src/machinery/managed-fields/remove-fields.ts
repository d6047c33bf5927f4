import { isObject } from '../json.ts';
import { itemElement } from './compare-objects.ts';
import { type FieldSet, type FieldSetNode, isEmptySet, LEAF, SELF } from './field-set.ts';
import { fieldElement } from './path-element.ts';
import type { Shape } from './shape.ts';

/** The value without the fields of `set`, each with all below it; undefined when nothing is left of it. */
export function removeFields(shape: Shape, value: unknown, set: FieldSet): unknown {
  if (isEmptySet(set)) return value;
  switch (shape.kind) {
    case 'leaf':
      return value;
    case 'struct':
      return removeMembers((name) => shape.fields.get(name)?.shape, value, set);
    case 'map':
      return removeMembers(() => shape.value, value, set);
    case 'list':
    case 'set': {
      if (!Array.isArray(value)) return value;
      const rest = value.flatMap((item, i) => {
        const node = set[itemElement(shape, item, i)];
        if (!node) return [item];
        if (isMember(node) || shape.kind === 'set') return [];
        return [removeFields(shape.item, item, node)];
      });
      return rest.length === 0 ? undefined : rest;
    }
    default:
      return shape satisfies never;
  }
}

function removeMembers(shapeOf: (name: string) => Shape | undefined, value: unknown, set: FieldSet): unknown {
  if (!isObject(value)) return value;
  const rest: Record<string, unknown> = {};
  let left = 0;
  for (const name of Object.keys(value)) {
    const shape = shapeOf(name);
    const node = set[fieldElement(name)];
    if (node && isMember(node)) continue;
    const member = node && shape ? removeFields(shape, value[name], node) : value[name];
    if (member === undefined) continue;
    rest[name] = member;
    left++;
  }
  return left === 0 ? undefined : rest;
}

function isMember(node: FieldSet): boolean {
  return isEmptySet(node) || node[SELF] !== undefined;
}

/** The set with every field of a struct in it that has something of the set below; not so for items and keys of maps. */
export function withParents(shape: Shape, set: FieldSet): FieldSet {
  if (isEmptySet(set) || shape.kind === 'leaf' || shape.kind === 'set') return set;
  const result: FieldSetNode = {};
  const names = shape.kind === 'struct' ? fieldsByElement(shape.fields) : undefined;
  for (const element in set) {
    const node = set[element] as FieldSet;
    if (element === SELF) result[SELF] = node;
    else if (names) {
      const below = names.get(element);
      const inner = below ? withParents(below, node) : node;
      result[element] = !below || isMember(inner) ? inner : { [SELF]: LEAF, ...inner };
    } else result[element] = withParents(shape.kind === 'map' ? shape.value : (shape as { item: Shape }).item, node);
  }
  return result;
}

type ByElement = ReadonlyMap<string, Shape>;
const byElement = new WeakMap<object, ByElement>();

function fieldsByElement(fields: ReadonlyMap<string, { readonly element: string; readonly shape: Shape }>): ByElement {
  const known = byElement.get(fields);
  if (known) return known;
  const shapes = new Map([...fields.values()].map(({ element, shape }) => [element, shape]));
  byElement.set(fields, shapes);
  return shapes;
}
