import type { Struct } from './struct.ts';

/** JSON types a leaf can have; `quantity`, `time`, `microTime` and `bytes` are strings on the JSON wire. */
export type ScalarName =
  | 'string'
  | 'int32'
  | 'int64'
  | 'double'
  | 'boolean'
  | 'bytes'
  | 'time'
  | 'microTime'
  | 'quantity'
  | 'intOrString'
  | 'raw'
  | 'any';

export type FieldType =
  | { readonly kind: 'scalar'; readonly name: ScalarName }
  | { readonly kind: 'list'; readonly element: FieldType }
  | { readonly kind: 'map'; readonly value: FieldType }
  | { readonly kind: 'struct'; readonly struct: Struct };

/** A constraint on a string: returns upstream's messages, none when the value is fine. */
export type StringRule = (value: string) => readonly string[];

/** All that is known of one field; everything the API server does with a field is derived from this. */
export interface FieldSpec {
  readonly type: FieldType;
  /** Protobuf field number; 0 for apiVersion and kind, which the protobuf envelope carries. */
  readonly number: number;
  /**
   * The embedded messages that hold this field on the protobuf wire while JSON writes it beside its siblings: their
   * numbers, from the outermost inwards.
   */
  readonly inlined?: readonly number[];
  readonly required: boolean;
  /** What the error says where a required value is missing; nothing more unless given. */
  readonly requiredDetail?: string;
  /** A number of which zero counts as missing. */
  readonly zeroIsMissing?: boolean;
  /** A struct that is always there: decoding puts an empty one where it is missing. */
  readonly expected?: boolean;
  /** A Go pointer: a zero value that is present stays present. */
  readonly pointer: boolean;
  /** Written even when zero (no omitempty in Go). */
  readonly always: boolean;
  readonly default?: unknown;
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listKeys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
  readonly patchStrategy?: readonly ('merge' | 'replace' | 'retainKeys')[];
  readonly patchMergeKey?: string;
  readonly oneOf?: readonly string[];
  /** Whether messages list `oneOf` as declared instead of sorted. */
  readonly oneOfInOrder?: boolean;
  readonly range?: readonly [min: number, max: number];
  readonly rule?: StringRule;
  readonly description?: string;
}

/**
 * One field of a struct. Immutable: each method returns a changed copy. `T` is the JSON value's static type;
 * `Present` tells whether the field is always there in the static type.
 */
export class Field<T, Present extends boolean = false> {
  declare readonly valueType: T;
  declare readonly present: Present;
  readonly spec: FieldSpec;

  constructor(spec: FieldSpec) {
    this.spec = spec;
  }

  #with<P extends boolean = Present>(change: Partial<FieldSpec>): Field<T, P> {
    return new Field<T, P>({ ...this.spec, ...change });
  }

  /** Must be there; validation answers `Required value` where it is not (empty strings and lists count as missing). */
  required(detail?: string): Field<T, true> {
    return this.#with<true>(detail === undefined ? { required: true } : { required: true, requiredDetail: detail });
  }
  /** Of a required number: zero is `Required value`, not out of range. */
  zeroIsMissing(): Field<T, Present> {
    return this.#with({ zeroIsMissing: true });
  }
  /** Always written (no omitempty in Go) and statically there, but a rule of its own judges an empty one. */
  written(): Field<T, true> {
    return this.#with<true>({ always: true });
  }
  /**
   * Statically always there, though a request may leave it out: decoding fills in an empty struct. A scalar (a name to be
   * generated) stays absent until the server sets it.
   */
  expected(): Field<T, true> {
    return this.#with<true>({ expected: true });
  }
  /** A struct that decoding fills in where it is missing, as Go writes structs that are no pointers; statically optional. */
  filled(): Field<T, Present> {
    return this.#with({ expected: true });
  }
  pointer(): Field<T, Present> {
    return this.#with({ pointer: true });
  }
  always(): Field<T, Present> {
    return this.#with({ always: true });
  }
  default(value: T): Field<T, Present> {
    return this.#with({ default: value });
  }
  describe(description: string): Field<T, Present> {
    return this.#with({ description });
  }
  /** The values allowed; validation answers `Unsupported value`. */
  oneOf(...values: (T & string)[]): Field<T, Present> {
    return this.#with({ oneOf: values });
  }
  /** The same, listed in messages in this order. */
  oneOfInOrder(...values: (T & string)[]): Field<T, Present> {
    return this.#with({ oneOf: values, oneOfInOrder: true });
  }
  /** Inclusive bounds of a number. */
  range(min: number, max = Number.MAX_SAFE_INTEGER): Field<T, Present> {
    return this.#with({ range: [min, max] });
  }
  /** A rule for a non-empty string, such as `isDns1123Label`. */
  rule(rule: StringRule): Field<T, Present> {
    return this.#with({ rule });
  }
  /** A list whose items are told apart by `keys`, for strategic merge (first key) and server-side apply. */
  keyed(...keys: string[]): Field<T, Present> {
    return this.listMap(...keys).patchMerge(keys[0]);
  }
  listMap(...keys: string[]): Field<T, Present> {
    return this.#with({ listType: 'map', listKeys: keys });
  }
  listSet(): Field<T, Present> {
    return this.#with({ listType: 'set' });
  }
  atomic(): Field<T, Present> {
    return this.#with(this.spec.type.kind === 'list' ? { listType: 'atomic' } : { mapType: 'atomic' });
  }
  granular(): Field<T, Present> {
    return this.#with({ mapType: 'granular' });
  }
  /** Strategic merge of the items instead of replacement; by `key`, or as a set of primitives without one. */
  patchMerge(key?: string): Field<T, Present> {
    const patchStrategy = [...(this.spec.patchStrategy ?? []), 'merge' as const];
    return this.#with(key === undefined ? { patchStrategy } : { patchStrategy, patchMergeKey: key });
  }
  retainKeys(): Field<T, Present> {
    return this.#with({ patchStrategy: [...(this.spec.patchStrategy ?? []), 'retainKeys' as const] });
  }
  /** The same field as part of an embedded message. */
  inside(number: number): Field<T, Present> {
    return this.#with({ inlined: [number, ...(this.spec.inlined ?? [])] });
  }
}
