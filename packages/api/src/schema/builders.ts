import { Field, type FieldSpec, type FieldType, type ScalarName } from './field.ts';
import type { Infer, Struct } from './struct.ts';

/** What can be an element of a list or a value of a map: a struct, or a field whose number does not count. */
// biome-ignore lint/suspicious/noExplicitAny: a field of whatever type
export type Item = Struct | Field<any, boolean>;
export type InferItem<I extends Item> = I extends Field<infer T, boolean> ? T : I extends Struct ? Infer<I> : never;

function typeOf(item: Item): FieldType {
  return item instanceof Field ? item.spec.type : { kind: 'struct', struct: item };
}

function field<T>(number: number, type: FieldType): Field<T> {
  const spec: FieldSpec = { type, number, required: false, pointer: false, always: false };
  return new Field<T>(spec);
}

function scalar<T>(name: ScalarName): (number?: number) => Field<T> {
  return (number = 0) => field<T>(number, { kind: 'scalar', name });
}

export const str = scalar<string>('string');
export const int32 = scalar<number>('int32');
export const int64 = scalar<number>('int64');
export const double = scalar<number>('double');
export const bool = scalar<boolean>('boolean');
/** Base64 text. */
export const bytes = scalar<string>('bytes');
/** RFC 3339 in UTC with seconds. */
export const time = scalar<string>('time');
/** RFC 3339 in UTC with microseconds. */
export const microTime = scalar<string>('microTime');
/** Canonical text of a resource quantity. */
export const quantity = scalar<string>('quantity');
export const intOrString = scalar<number | string>('intOrString');
/** Any JSON object, kept as it is. */
export const raw = scalar<Record<string, unknown>>('raw');
/** Any JSON value, kept as it is. */
export const any = scalar<unknown>('any');

export function of<S extends Struct>(number: number, value: S): Field<Infer<S>> {
  return field(number, { kind: 'struct', struct: value });
}
export function list<I extends Item>(number: number, element: I): Field<InferItem<I>[]> {
  return field(number, { kind: 'list', element: typeOf(element) });
}
export function map<I extends Item>(number: number, value: I): Field<Record<string, InferItem<I>>> {
  return field(number, { kind: 'map', value: typeOf(value) });
}
