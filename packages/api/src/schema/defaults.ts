import { deepCopy } from '../machinery/json.ts';
import { type CompiledStruct, compile, typeHasDefaults } from './compiled.ts';
import type { FieldSpec, FieldType } from './field.ts';
import type { Kind, KubeObject } from './kind.ts';
import type { Struct } from './struct.ts';

/** Fills in what the struct gives defaults for, then what the kind derives from other fields. Mutates; idempotent. */
export function applyDefaults<T extends KubeObject>(kind: Kind<T>, object: T): void {
  applyStructDefaults(kind.struct, object);
  kind.defaults?.(object);
}

export function applyStructDefaults(struct: Struct, object: object): void {
  fillStruct(compile(struct), object as Record<string, unknown>);
}

function fillStruct(struct: CompiledStruct, object: Record<string, unknown>): void {
  for (const { name, spec } of struct.defaulted) {
    if (object[name] === undefined || isUnset(spec, object[name])) {
      if (spec.default === undefined) continue;
      object[name] = deepCopy(spec.default);
    }
    if (typeHasDefaults(spec.type)) fillType(spec.type, object[name]);
  }
}

/** Go cannot tell a zero from nothing unless behind a pointer, so a default takes its place. */
function isUnset({ default: initial, pointer }: FieldSpec, value: unknown): boolean {
  return initial !== undefined && !pointer && (value === 0 || value === '');
}

function fillType(fieldType: FieldType, value: unknown): void {
  switch (fieldType.kind) {
    case 'scalar':
      return;
    case 'struct':
      fillStruct(compile(fieldType.struct), value as Record<string, unknown>);
      return;
    case 'list':
      for (const item of value as unknown[]) fillType(fieldType.element, item);
      return;
    case 'map':
      for (const item of Object.values(value as object)) fillType(fieldType.value, item);
      return;
    default:
      fieldType satisfies never;
  }
}
