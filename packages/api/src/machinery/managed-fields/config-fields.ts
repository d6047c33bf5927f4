import { isObject } from '../json.ts';
import { itemElement } from './compare-objects.ts';
import { type FieldSet, type FieldSetNode, LEAF, put, SELF } from './field-set.ts';
import { fieldElement, pathText } from './path-element.ts';
import type { ListShape, Shape, StructShape } from './shape.ts';

/** An applied configuration that is no object of its kind. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

interface Walk {
  readonly at: string[];
  readonly errors: string[];
}

/**
 * The fields that an applied configuration speaks of, which its applier will own: what it leaves out it does not own.
 * @throws ConfigError for fields that the kind does not have, and lists that name an item twice
 */
export function configFields(root: StructShape, config: Readonly<Record<string, unknown>>): FieldSet {
  const walk: Walk = { at: [], errors: [] };
  const set = structFields(walk, root, config) ?? LEAF;
  if (walk.errors.length === 1) throw new ConfigError(walk.errors[0]);
  if (walk.errors.length > 1) throw new ConfigError(`errors:\n${walk.errors.map((each) => `  ${each}`).join('\n')}`);
  return set;
}

/** Undefined where nothing below is in the set. */
function valueFields(walk: Walk, shape: Shape, value: unknown): FieldSet | undefined {
  if (shape.kind === 'leaf' || value === null || typeof value !== 'object') return LEAF;
  switch (shape.kind) {
    case 'struct':
      return isObject(value) ? structFields(walk, shape, value) : LEAF;
    case 'map':
      return isObject(value) ? mapFields(walk, shape.value, value) : LEAF;
    case 'list':
    case 'set':
      return Array.isArray(value) ? listFields(walk, shape, value) : LEAF;
    default:
      return shape satisfies never;
  }
}

function structFields(walk: Walk, shape: StructShape, value: Record<string, unknown>): FieldSet | undefined {
  let node: FieldSetNode | undefined;
  for (const name of Object.keys(value)) {
    const field = shape.fields.get(name);
    if (!field) {
      walk.errors.push(`${pathText([...walk.at, fieldElement(name)])}: field not declared in schema`);
      continue;
    }
    if (!field.tracked) continue;
    const member = value[name];
    walk.at.push(field.element);
    const fields = valueFields(walk, field.shape, member);
    walk.at.pop();
    const whole = isObject(member) && Object.keys(member).length === 0;
    if (fields ?? (whole ? LEAF : undefined)) node = put(node, field.element, fields ?? LEAF);
  }
  return node;
}

function mapFields(walk: Walk, shape: Shape, value: Record<string, unknown>): FieldSet | undefined {
  let node: FieldSetNode | undefined;
  for (const key of Object.keys(value)) {
    const element = fieldElement(key);
    walk.at.push(element);
    node = put(node, element, asMember(valueFields(walk, shape, value[key])));
    walk.at.pop();
  }
  return node;
}

function listFields(walk: Walk, shape: ListShape | { readonly kind: 'set' }, value: unknown[]): FieldSet | undefined {
  let node: FieldSetNode | undefined;
  value.forEach((item, index) => {
    const element = itemElement(shape, item, index);
    if (node?.[element]) {
      const what = shape.kind === 'set' ? 'duplicate entries for element' : 'duplicate entries for key';
      walk.errors.push(`${pathText(walk.at)}: ${what} ${pathText([element])}`);
      return;
    }
    walk.at.push(element);
    node ??= {};
    node[element] = shape.kind === 'set' ? LEAF : asMember(valueFields(walk, shape.item, item));
    walk.at.pop();
  });
  return node;
}

function asMember(node: FieldSet | undefined): FieldSet {
  if (!node) return LEAF;
  for (const _ in node) return { [SELF]: LEAF, ...node };
  return node;
}
