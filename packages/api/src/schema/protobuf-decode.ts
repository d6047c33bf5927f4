import { parseQuantity } from '../machinery/quantity.ts';
import { DecodeError, emptyStruct, setKey } from './decode-value.ts';
import type { FieldSpec, FieldType } from './field.ts';
import { ProtobufReader } from './protobuf-reader.ts';
import type { Struct } from './struct.ts';

/** The four bytes before the envelope. */
export const PROTOBUF_MAGIC = Buffer.from('k8s\0', 'latin1');

export interface ProtobufObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly object: Record<string, unknown>;
}

/**
 * Reads a body of application/vnd.kubernetes.protobuf: magic, then runtime.Unknown{typeMeta=1, raw=2} around the message.
 * Zero values that Go's JSON leaves out are left out here too.
 * @throws DecodeError on anything that is not such a body
 */
export function decodeProtobufObject(struct: Struct, body: Buffer): ProtobufObject {
  if (!body.subarray(0, 4).equals(PROTOBUF_MAGIC))
    throw new DecodeError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  let apiVersion = '';
  let kind = '';
  let raw: Buffer = Buffer.alloc(0);
  readFields(body.subarray(4), (number, value) => {
    if (number === 2) raw = asBytes(value);
    if (number === 1)
      readFields(asBytes(value), (inner, text) => {
        if (inner === 1) apiVersion = asBytes(text).toString('utf8');
        if (inner === 2) kind = asBytes(text).toString('utf8');
      });
  });
  return { apiVersion, kind, object: readMessage(wireOf(struct), raw) };
}

type WireValue = bigint | number | Buffer;

interface WireField {
  readonly name: string;
  readonly spec: FieldSpec;
}
/** A message's fields by number; an embedded message's fields stand below its own number. */
interface WireFields {
  readonly fields: Map<number, WireField>;
  readonly embedded: Map<number, WireFields>;
}

interface WireStruct extends WireFields {
  readonly names: Map<string, FieldSpec>;
}

const wires = new WeakMap<Struct, WireStruct>();

function wireOf(struct: Struct): WireStruct {
  const known = wires.get(struct);
  if (known) return known;
  const wire: WireStruct = { fields: new Map(), embedded: new Map(), names: new Map() };
  for (const [name, { spec }] of Object.entries(struct.fields)) {
    if (spec.number === 0) continue;
    wire.names.set(name, spec);
    let message: WireFields = wire;
    for (const number of spec.inlined ?? []) {
      const inner: WireFields = message.embedded.get(number) ?? { fields: new Map(), embedded: new Map() };
      message.embedded.set(number, inner);
      message = inner;
    }
    message.fields.set(spec.number, { name, spec });
  }
  wires.set(struct, wire);
  return wire;
}

function readMessage(wire: WireStruct, bytes: Buffer): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  readMembers(result, wire, bytes);
  for (const [name, spec] of wire.names) {
    if (isDropped(spec, result[name])) delete result[name];
    if (spec.expected && spec.type.kind === 'struct') result[name] ??= emptyStruct(spec.type.struct);
  }
  return result;
}

function readMembers(result: Record<string, unknown>, wire: WireFields, bytes: Buffer): void {
  readFields(bytes, (number, value) => {
    const field = wire.fields.get(number);
    const inner = wire.embedded.get(number);
    if (field) readInto(result, field, value);
    else if (inner) readMembers(result, inner, asBytes(value));
  });
}

function isDropped(spec: FieldSpec, value: unknown): boolean {
  if (spec.pointer || spec.always || spec.required) return false;
  return value === '' || value === 0 || value === false;
}

function readInto(result: Record<string, unknown>, { name, spec }: WireField, value: WireValue): void {
  const { type } = spec;
  if (type.kind === 'list') {
    const items = (result[name] as unknown[] | undefined) ?? [];
    result[name] = items;
    items.push(readValue(type.element, value));
  } else if (type.kind === 'map') {
    const entries = (result[name] as Record<string, unknown> | undefined) ?? {};
    result[name] = entries;
    let key = '';
    let item: unknown = emptyOf(type.value);
    readFields(asBytes(value), (number, inner) => {
      if (number === 1) key = asBytes(inner).toString('utf8');
      else if (number === 2) item = readValue(type.value, inner);
    });
    setKey(entries, key, item);
  } else {
    const read = readValue(type, value);
    if (read !== undefined) result[name] = read;
  }
}

function emptyOf(type: FieldType): unknown {
  if (type.kind === 'struct') return {};
  if (type.kind === 'list') return [];
  return type.kind === 'scalar' && type.name === 'quantity' ? '0' : '';
}

function readValue(type: FieldType, value: WireValue): unknown {
  if (type.kind === 'struct') return readMessage(wireOf(type.struct), asBytes(value));
  if (type.kind === 'list') {
    const items: unknown[] = [];
    readFields(asBytes(value), (number, item) => {
      if (number === 1) items.push(readValue(type.element, item));
    });
    return items;
  }
  if (type.kind === 'map') throw new DecodeError('proto: a map of maps has no wire form');
  switch (type.name) {
    case 'string':
      return asBytes(value).toString('utf8');
    case 'bytes':
      return asBytes(value).toString('base64');
    case 'boolean':
      return value !== 0n && value !== 0;
    case 'int32':
      return Number(BigInt.asIntN(32, asInteger(value)));
    case 'int64':
      return Number(BigInt.asIntN(64, asInteger(value)));
    case 'double':
      return typeof value === 'number' ? value : Number(value as bigint);
    case 'quantity':
      return readQuantity(asBytes(value));
    case 'time':
    case 'microTime':
      return readTime(asBytes(value), type.name);
    case 'intOrString':
      return readIntOrString(asBytes(value));
    case 'raw':
    case 'any':
      return readRaw(asBytes(value));
    default:
      return type.name satisfies never;
  }
}

function readQuantity(bytes: Buffer): string {
  let text = '0';
  readFields(bytes, (number, value) => {
    if (number === 1) text = asBytes(value).toString('utf8');
  });
  return parseQuantity(text).toString();
}

function readTime(bytes: Buffer, name: 'time' | 'microTime'): string | undefined {
  let seconds = 0;
  let nanos = 0;
  readFields(bytes, (number, value) => {
    if (number === 1) seconds = Number(BigInt.asIntN(64, asInteger(value)));
    if (number === 2) nanos = Number(BigInt.asIntN(32, asInteger(value)));
  });
  // Go's zero time (year 1) stands for "not set".
  if (bytes.length === 0 || seconds === -62135596800) return undefined;
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) throw new DecodeError(`proto: time out of range: ${seconds}`);
  const head = date.toISOString().slice(0, 19);
  return name === 'time' ? `${head}Z` : `${head}.${String(Math.trunc(nanos / 1000)).padStart(6, '0')}Z`;
}

function readIntOrString(bytes: Buffer): number | string {
  let type = 0;
  let integer = 0;
  let text = '';
  readFields(bytes, (number, value) => {
    if (number === 1) type = Number(asInteger(value));
    if (number === 2) integer = Number(BigInt.asIntN(32, asInteger(value)));
    if (number === 3) text = asBytes(value).toString('utf8');
  });
  return type === 1 ? text : integer;
}

/** FieldsV1 and RawExtension hold their JSON in field 1. */
function readRaw(bytes: Buffer): unknown {
  let json: Buffer = Buffer.alloc(0);
  readFields(bytes, (number, value) => {
    if (number === 1) json = asBytes(value);
  });
  if (json.length === 0) return undefined;
  try {
    return JSON.parse(json.toString('utf8'));
  } catch {
    throw new DecodeError('proto: raw field does not hold JSON');
  }
}

function readFields(bytes: Buffer, visit: (number: number, value: WireValue) => void): void {
  const reader = new ProtobufReader(bytes);
  while (!reader.done) {
    const { number, value } = reader.field();
    visit(number, value);
  }
}

function asBytes(value: WireValue): Buffer {
  if (!Buffer.isBuffer(value)) throw new DecodeError('proto: wrong wire type, want length-delimited');
  return value;
}

function asInteger(value: WireValue): bigint {
  if (typeof value !== 'bigint') throw new DecodeError('proto: wrong wire type, want varint');
  return value;
}
