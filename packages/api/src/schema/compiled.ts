import type { FieldSpec, FieldType } from './field.ts';
import type { Struct } from './struct.ts';

/** A struct's fields ready for walking: looked up by name without prototype surprises, derived facts worked out once. */
export interface CompiledStruct {
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldSpec>;
  /** The structs that are never absent. */
  readonly expected: readonly (readonly [name: string, struct: Struct])[];
  /** What Go writes where nothing was given: fields without omitempty. */
  readonly zeros: readonly (readonly [name: string, zero: string | number | boolean])[];
  /** Whether it or anything below it has a default. */
  readonly hasDefaults: boolean;
  /** The fields that have a default, or something below them has. */
  readonly defaulted: readonly NamedField[];
  /** The fields that can break a rule of their own, or something below them can. */
  readonly checked: readonly NamedField[];
}

export interface NamedField {
  readonly name: string;
  readonly spec: FieldSpec;
}

const compiled = new WeakMap<Struct, CompiledStruct>();

export function compile(struct: Struct): CompiledStruct {
  const known = compiled.get(struct);
  if (known) return known;
  const fields = new Map(Object.entries(struct.fields).map(([name, field]) => [name, field.spec]));
  const expected = [...fields].flatMap(([name, { expected, type }]) =>
    expected && type.kind === 'struct' ? [[name, type.struct] as const] : [],
  );
  const zeros = [...fields].flatMap(([name, spec]) => {
    const zero = zeroOf(spec);
    return zero === undefined ? [] : [[name, zero] as const];
  });
  // What is met again below itself may have anything.
  const placeholder: CompiledStruct = {
    name: struct.name,
    fields,
    expected,
    zeros,
    hasDefaults: true,
    defaulted: [],
    checked: RECURSIVE,
  };
  compiled.set(struct, placeholder);
  const named = [...fields].map(([name, spec]) => ({ name, spec }));
  const defaulted = named.filter(({ spec }) => spec.default !== undefined || typeHasDefaults(spec.type));
  const checked = named.filter(({ spec }) => hasRule(spec) || typeHasRules(spec.type));
  const result = { ...placeholder, hasDefaults: defaulted.length > 0, defaulted, checked };
  compiled.set(struct, result);
  return result;
}

const RECURSIVE = [{ name: '', spec: {} as FieldSpec }];

function hasRule({ required, oneOf, range, rule }: FieldSpec): boolean {
  return required || oneOf !== undefined || range !== undefined || rule !== undefined;
}

/** Whether a value of the type can break a rule of a single field. */
export function typeHasRules(type: FieldType): boolean {
  const struct = structWithin(type);
  return struct !== undefined && compile(struct).checked.length > 0;
}

export function typeHasDefaults(type: FieldType): boolean {
  const struct = structWithin(type);
  return struct !== undefined && compile(struct).hasDefaults;
}

/** What lies in the innermost list or map; undefined for scalars. */
function structWithin(type: FieldType): Struct | undefined {
  switch (type.kind) {
    case 'scalar':
      return undefined;
    case 'list':
      return structWithin(type.element);
    case 'map':
      return structWithin(type.value);
    case 'struct':
      return type.struct;
    default:
      return type satisfies never;
  }
}

function zeroOf({ type, required, always, pointer, number, default: fallback }: FieldSpec) {
  if (!(required || always) || pointer || number === 0 || fallback !== undefined || type.kind !== 'scalar')
    return undefined;
  return ZEROS[type.name];
}

const ZEROS: Readonly<Record<string, string | number | boolean>> = {
  string: '',
  int32: 0,
  int64: 0,
  double: 0,
  boolean: false,
};

/** The Go type's name as error messages show it: `int32`, `[]v1.Container`, `map[string]string`. */
export function goTypeName(type: FieldType): string {
  switch (type.kind) {
    case 'list':
      return `[]${goTypeName(type.element)}`;
    case 'map':
      return `map[string]${goTypeName(type.value)}`;
    case 'struct':
      return `v1.${type.struct.name}`;
    case 'scalar':
      return GO_SCALARS[type.name] ?? type.name;
    default:
      return type satisfies never;
  }
}

const GO_SCALARS: Record<string, string> = {
  boolean: 'bool',
  bytes: '[]uint8',
  double: 'float64',
  time: 'string',
  microTime: 'string',
};
