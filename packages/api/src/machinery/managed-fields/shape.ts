import { compile } from '../../schema/compiled.ts';
import type { FieldSpec, FieldType } from '../../schema/field.ts';
import type { Struct } from '../../schema/struct.ts';
import { atomicStructs } from './atomic-structs.ts';
import { fieldElement, type ListKey } from './path-element.ts';

/** How ownership divides a value: a leaf is owned as a whole, the rest by its parts. Made once a struct. */
export type Shape =
  | { readonly kind: 'leaf' }
  | StructShape
  | { readonly kind: 'map'; readonly value: Shape }
  | { readonly kind: 'set' }
  | ListShape;

export interface StructShape {
  readonly kind: 'struct';
  readonly fields: ReadonlyMap<string, FieldShape>;
}

export interface ListShape {
  readonly kind: 'list';
  readonly keys: readonly ListKey[];
  readonly item: Shape;
}

export interface FieldShape {
  readonly element: string;
  readonly shape: Shape;
  /** False for what only the server sets and nobody owns, such as metadata.uid. */
  readonly tracked: boolean;
  /** A struct, list or map that Go writes even where it is empty: it is never added or removed, only its parts are. */
  readonly written: boolean;
}

const LEAF_SHAPE: Shape = { kind: 'leaf' };
const SET_SHAPE: Shape = { kind: 'set' };
const shapes = new WeakMap<Struct, StructShape>();
const roots = new WeakMap<Struct, StructShape>();

const UNTRACKED = new Set(['apiVersion', 'kind']);
const UNTRACKED_METADATA = new Set([
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'generation',
  'managedFields',
  'resourceVersion',
]);

/** The shape of whole objects: type and identity of the object belong to nobody. */
export function rootShape(struct: Struct): StructShape {
  const known = roots.get(struct);
  if (known) return known;
  const root = without(structShape(struct), UNTRACKED);
  const metadata = root.fields.get('metadata');
  const fields = new Map(root.fields);
  if (metadata?.shape.kind === 'struct')
    fields.set('metadata', { ...metadata, shape: without(metadata.shape, UNTRACKED_METADATA) });
  const status = fields.get('status');
  if (status?.shape.kind === 'struct') fields.set('status', { ...status, written: true });
  const shape: StructShape = { kind: 'struct', fields };
  roots.set(struct, shape);
  return shape;
}

function without(shape: StructShape, names: ReadonlySet<string>): StructShape {
  const fields = [...shape.fields].map(
    ([name, field]) => [name, names.has(name) ? { ...field, tracked: false } : field] as const,
  );
  return { kind: 'struct', fields: new Map(fields) };
}

function structShape(struct: Struct): StructShape {
  const known = shapes.get(struct);
  if (known) return known;
  const fields = new Map<string, FieldShape>();
  const shape: StructShape = { kind: 'struct', fields };
  // Known before its fields are: a struct may hold itself.
  shapes.set(struct, shape);
  for (const [name, spec] of compile(struct).fields) {
    const below = fieldShape(spec);
    fields.set(name, { element: fieldElement(name), shape: below, tracked: true, written: isWritten(spec, below) });
  }
  return shape;
}

function isWritten({ type, required, always, expected, pointer }: FieldSpec, shape: Shape): boolean {
  if (shape.kind === 'leaf' || pointer) return false;
  return required || always || (type.kind === 'struct' && expected === true);
}

function fieldShape(spec: FieldSpec): Shape {
  if (spec.type.kind === 'list') return listShape(spec, spec.type.element);
  if (spec.mapType === 'atomic') return LEAF_SHAPE;
  if (spec.mapType === 'granular' && spec.type.kind === 'struct') return structShape(spec.type.struct);
  return typeShape(spec.type);
}

function typeShape(type: FieldType): Shape {
  switch (type.kind) {
    case 'scalar':
    case 'list':
      return LEAF_SHAPE;
    case 'map':
      return { kind: 'map', value: typeShape(type.value) };
    case 'struct':
      return atomicStructs.has(type.struct.name) ? LEAF_SHAPE : structShape(type.struct);
    default:
      return type satisfies never;
  }
}

/** A list that says nothing of itself is divided as strategic merge divides it. */
function listShape(spec: FieldSpec, element: FieldType): Shape {
  const { listType, patchMergeKey, patchStrategy } = spec;
  const merges = listType === undefined && (patchStrategy?.includes('merge') ?? false);
  if (listType === 'set' || (merges && patchMergeKey === undefined)) return SET_SHAPE;
  const names =
    listType === 'map' ? spec.listKeys : merges && patchMergeKey !== undefined ? [patchMergeKey] : undefined;
  if (!names || element.kind !== 'struct') return LEAF_SHAPE;
  const { fields } = compile(element.struct);
  const keys = [...names].sort().map((name) => ({ name, initial: fields.get(name)?.default }));
  return { kind: 'list', keys, item: typeShape(element) };
}
