import { parseQuantity, QuantityError } from '../machinery/quantity.ts';
import { canonicalMicroTime, canonicalTime } from '../machinery/time.ts';
import { type CompiledStruct, compile, goTypeName } from './compiled.ts';
import type { FieldSpec, FieldType, ScalarName } from './field.ts';
import type { Struct } from './struct.ts';

/** A JSON value of the wrong type, with the words of upstream's decoder. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

export interface DecodedValue {
  readonly value: Record<string, unknown>;
  /** Paths of fields that the struct does not have, in the order met; they are left out of `value`. */
  readonly unknown: readonly string[];
}

interface Walk {
  readonly unknown: string[];
  /** Names of the fields from the root, for messages of the decoder (without indexes). */
  readonly names: string[];
  /** The same with indexes, for unknown fields. */
  readonly at: string[];
}

/**
 * Reads parsed JSON as `struct`: unknown fields are dropped and reported, nulls and zero values that Go leaves out are
 * dropped, quantities and times get their canonical text. Never changes `json`.
 * @throws DecodeError where a value has the wrong type
 */
export function decodeValue(struct: Struct, json: unknown): DecodedValue {
  const walk: Walk = { unknown: [], names: [], at: [] };
  if (!isObject(json))
    throw new DecodeError(`json: cannot unmarshal ${jsonTypeName(json)} into Go value of type v1.${struct.name}`);
  return { value: readStruct(walk, compile(struct), json), unknown: walk.unknown };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets a key even when it is `__proto__`. */
export function setKey(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  else target[key] = value;
}

function readStruct(walk: Walk, struct: CompiledStruct, json: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(json)) {
    const value = json[key];
    const spec = struct.fields.get(key);
    if (!spec) {
      walk.unknown.push(walk.at.length === 0 ? key : `${walk.at.join('')}.${key}`);
      continue;
    }
    if (value === null || value === undefined) continue;
    walk.names.push(key);
    walk.at.push(walk.at.length === 0 ? key : `.${key}`);
    const read = readType(walk, struct, spec.type, value);
    walk.names.pop();
    walk.at.pop();
    if (!isDroppedZero(spec, read)) result[key] = read;
  }
  for (const [name, inner] of struct.expected) result[name] ??= emptyStruct(inner);
  for (const [name, zero] of struct.zeros) result[name] ??= zero;
  return result;
}

/** What Go has where a struct was not given: its own structs and fields without omitempty. */
export function emptyStruct(struct: Struct): Record<string, unknown> {
  return readStruct({ unknown: [], names: [], at: [] }, compile(struct), {});
}

/** Go's omitempty leaves out zero values unless behind a pointer. */
function isDroppedZero(spec: FieldSpec, value: unknown): boolean {
  if (spec.pointer || spec.always || spec.required) return false;
  if (value === '' || value === false || value === 0) return true;
  switch (spec.type.kind) {
    case 'list':
      return (value as unknown[]).length === 0;
    case 'map':
      return Object.keys(value as object).length === 0;
    default:
      return false;
  }
}

function readType(walk: Walk, owner: CompiledStruct, type: FieldType, value: unknown): unknown {
  switch (type.kind) {
    case 'scalar':
      return readScalar(walk, owner, type, value);
    case 'struct':
      if (!isObject(value)) throw mismatch(walk, owner, type, value);
      return readStruct(walk, compile(type.struct), value);
    case 'list': {
      if (!Array.isArray(value)) throw mismatch(walk, owner, type, value);
      const { element } = type;
      const items: unknown[] = [];
      for (let i = 0; i < value.length; i++) {
        if (value[i] === null) {
          if (element.kind === 'struct') items.push({});
          else if (element.kind === 'scalar' && element.name === 'string') items.push('');
          continue;
        }
        walk.at.push(`[${i}]`);
        items.push(readType(walk, owner, element, value[i]));
        walk.at.pop();
      }
      return items;
    }
    case 'map': {
      if (!isObject(value)) throw mismatch(walk, owner, type, value);
      const result: Record<string, unknown> = {};
      for (const key of Object.keys(value)) {
        const item = value[key];
        if (item === null) {
          const zero = type.value.kind === 'scalar' ? NULL_ITEMS[type.value.name] : undefined;
          if (zero !== undefined) setKey(result, key, zero);
          continue;
        }
        walk.at.push(`.${key}`);
        setKey(result, key, readType(walk, owner, type.value, item));
        walk.at.pop();
      }
      return result;
    }
    default:
      return type satisfies never;
  }
}

/** What a null among a map's values stands for. */
const NULL_ITEMS: Readonly<Record<string, string>> = { string: '', quantity: '0', bytes: '' };

function readScalar(
  walk: Walk,
  owner: CompiledStruct,
  type: { kind: 'scalar'; name: ScalarName },
  value: unknown,
): unknown {
  switch (type.name) {
    case 'string':
      if (typeof value !== 'string') throw mismatch(walk, owner, type, value);
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw mismatch(walk, owner, type, value);
      return value;
    case 'int32':
      return readInteger(walk, owner, type, value, 2 ** 31);
    case 'int64':
      return readInteger(walk, owner, type, value, 2 ** 63);
    case 'double':
      if (typeof value !== 'number') throw mismatch(walk, owner, type, value);
      return value;
    case 'intOrString':
      if (typeof value === 'string') return value;
      return readInteger(walk, owner, { kind: 'scalar', name: 'int32' }, value, 2 ** 31);
    case 'quantity':
      try {
        return parseQuantity(typeof value === 'object' ? '{}' : String(value)).toString();
      } catch (error) {
        if (error instanceof QuantityError) throw new DecodeError(error.message);
        throw error;
      }
    case 'time':
    case 'microTime': {
      if (typeof value !== 'string') throw mismatch(walk, owner, type, value);
      const canonical = type.name === 'time' ? canonicalTime(value) : canonicalMicroTime(value);
      if (canonical === undefined)
        throw new DecodeError(
          `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05${type.name === 'time' ? '' : '.000000'}Z07:00": cannot parse ${JSON.stringify(value)} as "2006"`,
        );
      return canonical;
    }
    case 'bytes': {
      if (typeof value !== 'string') throw mismatch(walk, owner, type, value);
      const bad = firstIllegalBase64(value);
      if (bad >= 0) throw new DecodeError(`illegal base64 data at input byte ${bad}`);
      return value.replace(/[\r\n]/g, '');
    }
    case 'raw':
      if (!isObject(value)) throw mismatch(walk, owner, type, value);
      return value;
    case 'any':
      return value;
    default:
      return type.name satisfies never;
  }
}

function readInteger(walk: Walk, owner: CompiledStruct, type: FieldType, value: unknown, bound: number): number {
  if (typeof value !== 'number') throw mismatch(walk, owner, type, value);
  if (!Number.isInteger(value) || value >= bound || value < -bound)
    throw mismatch(walk, owner, type, value, String(value));
  return value;
}

/** The index of the first byte that standard base64 does not allow, or -1. Line breaks are skipped as Go does. */
function firstIllegalBase64(text: string): number {
  const match = /[^A-Za-z0-9+/=\r\n]/.exec(text);
  if (match) return match.index;
  const compact = text.replace(/[\r\n]/g, '');
  const padding = compact.indexOf('=');
  if (padding >= 0 && !/^={1,2}$/.test(compact.slice(padding))) return padding;
  return compact.length % 4 === 0 ? -1 : compact.length - (compact.length % 4);
}

function mismatch(walk: Walk, owner: CompiledStruct, type: FieldType, value: unknown, literal?: string): DecodeError {
  const what = literal === undefined ? jsonTypeName(value) : `number ${literal}`;
  return new DecodeError(
    `json: cannot unmarshal ${what} into Go struct field ${owner.name}.${walk.names.join('.')} of type ${goTypeName(type)}`,
  );
}

function jsonTypeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
