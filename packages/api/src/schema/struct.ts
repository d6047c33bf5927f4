import type { Field } from './field.ts';

// biome-ignore lint/suspicious/noExplicitAny: a field of whatever type
export type AnyField = Field<any, boolean>;
export type Fields = Readonly<Record<string, AnyField>>;

/** A JSON object with known fields. `name` is the Go type's name without package, as error messages show it. */
export interface Struct<F extends Fields = Fields> {
  readonly name: string;
  readonly fields: F;
}

/** The static type of a struct's JSON. */
export type Infer<S extends Struct> = {
  -readonly [K in keyof S['fields'] as S['fields'][K]['present'] extends true ? K : never]: S['fields'][K]['valueType'];
} & {
  -readonly [K in keyof S['fields'] as S['fields'][K]['present'] extends true ? never : K]?:
    | S['fields'][K]['valueType']
    | undefined;
} extends infer O
  ? { [K in keyof O]: O[K] }
  : never;

export function struct<const F extends Fields>(name: string, fields: F): Struct<F> {
  return { name, fields };
}

/** The fields of an embedded struct, to be spread among its host's: `...inlined(2, VolumeSource)`. */
export function inlined<S extends Struct>(number: number, embedded: S): S['fields'] {
  return Object.fromEntries(
    Object.entries(embedded.fields).map(([key, field]) => [key, field.inside(number)]),
  ) as S['fields'];
}
