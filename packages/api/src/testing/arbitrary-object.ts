import fc from 'fast-check';
import type { FieldSpec, FieldType } from '../schema/field.ts';
import type { Struct } from '../schema/struct.ts';

const WORDS = [
  '',
  'a',
  'b',
  'a.b',
  'A b',
  'a/b',
  '80',
  '-1',
  '10.0.0.1',
  '10.0.0.0/24',
  'None',
  '__proto__',
  "metadata.labels['x']",
];
const QUANTITIES = ['0', '1', '-1', '500m', '1Gi', '1e3', '0.1', '12E'];
const TIMES = ['2020-01-01T00:00:00Z', '2020-01-01T01:02:03.456789+02:00'];
const MAX_DEPTH = 9;

/** JSON with the types that the struct wants, and contents that rules like and dislike. Fields are left out at random. */
export function arbitraryObject(struct: Struct, depth = 0): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(struct.fields)
    .filter(([name]) => name !== 'apiVersion' && name !== 'kind')
    .map(([name, { spec }]) => [name, arbitraryField(spec, depth)] as const);
  return fc
    .subarray(fields, { maxLength: Math.min(fields.length, depth === 0 ? fields.length : 4) })
    .chain((some) => fc.record(Object.fromEntries(some)));
}

function arbitraryField(spec: FieldSpec, depth: number): fc.Arbitrary<unknown> {
  const { oneOf, type } = spec;
  return oneOf ? fc.oneof(fc.constantFrom(...oneOf), arbitraryType(type, depth)) : arbitraryType(type, depth);
}

function arbitraryType(type: FieldType, depth: number): fc.Arbitrary<unknown> {
  if (depth > MAX_DEPTH && type.kind !== 'scalar') return fc.constant(type.kind === 'list' ? [] : {});
  switch (type.kind) {
    case 'struct':
      return fc.constant(null).chain(() => arbitraryObject(type.struct, depth + 1));
    case 'list':
      return fc.array(arbitraryType(type.element, depth + 1), { maxLength: 2 });
    case 'map':
      return fc.dictionary(fc.constantFrom(...WORDS), arbitraryType(type.value, depth + 1), { maxKeys: 2 });
    case 'scalar':
      return arbitraryScalar(type.name);
    default:
      return type satisfies never;
  }
}

function arbitraryScalar(name: (FieldType & { kind: 'scalar' })['name']): fc.Arbitrary<unknown> {
  switch (name) {
    case 'string':
      return fc.constantFrom(...WORDS);
    case 'int32':
    case 'int64':
      return fc.constantFrom(-1, 0, 1, 80, 30_000, 70_000);
    case 'double':
      return fc.constantFrom(0, 0.5);
    case 'boolean':
      return fc.boolean();
    case 'bytes':
      return fc.constantFrom('', 'YQ==', 'YWI=');
    case 'time':
    case 'microTime':
      return fc.constantFrom(...TIMES);
    case 'quantity':
      return fc.constantFrom(...QUANTITIES, 0, 2, 0.5);
    case 'intOrString':
      return fc.constantFrom(0, 1, 70_000, 'http', '25%', '');
    case 'raw':
    case 'any':
      return fc.constantFrom({}, { 'f:metadata': {} });
    default:
      return name satisfies never;
  }
}
