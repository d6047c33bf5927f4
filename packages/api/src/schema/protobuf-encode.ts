import type { FieldType } from './field.ts';
import { PROTOBUF_MAGIC } from './protobuf-decode.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import type { Struct } from './struct.ts';

type Values = Readonly<Record<string, unknown>>;

/** A field of a message, or a message that holds fields which JSON writes beside the others. */
type Slot = { readonly number: number; readonly name: string; readonly type: FieldType } | Embedded;
interface Embedded {
  readonly number: number;
  readonly inner: Slot[];
}

const layouts = new WeakMap<Struct, readonly Slot[]>();

function backwards(slots: Slot[]): Slot[] {
  for (const slot of slots) if ('inner' in slot) backwards(slot.inner);
  return slots.sort((a, b) => b.number - a.number);
}

/** From the last field to the first, as the writer goes. */
function layoutOf(struct: Struct): readonly Slot[] {
  const known = layouts.get(struct);
  if (known) return known;
  const root: Slot[] = [];
  for (const [name, { spec }] of Object.entries(struct.fields)) {
    if (spec.number === 0) continue;
    let slots = root;
    for (const number of spec.inlined ?? []) {
      const there = slots.find((slot) => 'inner' in slot && slot.number === number) as Embedded | undefined;
      const inner = there?.inner ?? [];
      if (!there) slots.push({ number, inner });
      slots = inner;
    }
    slots.push({ number: spec.number, name, type: spec.type });
  }
  const layout = backwards(root);
  layouts.set(struct, layout);
  return layout;
}

/** The message of an object in its JSON form, without envelope. Members that the struct doesn't know are left out. */
export function encodeMessage(struct: Struct, value: object): Buffer {
  const writer = new ProtobufWriter();
  writeFields(writer, layoutOf(struct), value as Values);
  return writer.finish();
}

/** What goes before and after a message of `length` bytes: magic and runtime.Unknown{typeMeta=1, raw=2, …}. */
export function protobufEnvelope(apiVersion: string, kind: string, length: number): { head: Buffer; tail: Buffer } {
  const writer = new ProtobufWriter();
  // The message itself comes between its length and the end.
  writer.varint(length);
  writer.tag(2, 2);
  const before = writer.size;
  writeText(writer, 2, kind);
  writeText(writer, 1, apiVersion);
  writer.closeMessage(1, before);
  return { head: Buffer.concat([PROTOBUF_MAGIC, writer.finish()]), tail: NO_CONTENT_TYPES };
}

/** contentEncoding and contentType, always there and always empty. */
const NO_CONTENT_TYPES = Buffer.from([0x1a, 0, 0x22, 0]);

/** A whole body of application/vnd.kubernetes.protobuf. */
export function protobufBody(apiVersion: string, kind: string, message: Buffer): Buffer {
  const { head, tail } = protobufEnvelope(apiVersion, kind, message.length);
  return Buffer.concat([head, message, tail]);
}

function writeFields(writer: ProtobufWriter, layout: readonly Slot[], values: Values): void {
  for (const slot of layout) {
    if ('inner' in slot) {
      const before = writer.size;
      writeFields(writer, slot.inner, values);
      if (writer.size > before) writer.closeMessage(slot.number, before);
      continue;
    }
    const value = values[slot.name];
    if (value !== undefined && value !== null) writeField(writer, slot.number, slot.type, value);
  }
}

function writeField(writer: ProtobufWriter, number: number, type: FieldType, value: unknown): void {
  if (type.kind === 'list') {
    const items = value as readonly unknown[];
    for (let i = items.length - 1; i >= 0; i--) writeValue(writer, number, type.element, items[i]);
  } else if (type.kind === 'map') {
    for (const key of Object.keys(value as object)
      .sort()
      .reverse()) {
      const before = writer.size;
      const item = (value as Values)[key];
      if (item !== null && item !== undefined) writeValue(writer, 2, type.value, item);
      writeText(writer, 1, key);
      writer.closeMessage(number, before);
    }
  } else writeValue(writer, number, type, value);
}

function writeValue(writer: ProtobufWriter, number: number, type: FieldType, value: unknown): void {
  const before = writer.size;
  if (type.kind === 'struct') {
    writeFields(writer, layoutOf(type.struct), (value ?? {}) as Values);
    writer.closeMessage(number, before);
    return;
  }
  // A list inside a list or a map is a message whose field 1 are the items.
  if (type.kind === 'list' || type.kind === 'map') {
    writeField(writer, 1, type, value);
    writer.closeMessage(number, before);
    return;
  }
  switch (type.name) {
    case 'string':
      writeText(writer, number, String(value));
      return;
    case 'bytes':
      writer.bytes(Buffer.from(String(value), 'base64'));
      writer.tag(number, 2);
      return;
    case 'boolean':
      writer.varint(value === true ? 1 : 0);
      writer.tag(number, 0);
      return;
    case 'int32':
    case 'int64':
      writer.varint(Number(value));
      writer.tag(number, 0);
      return;
    case 'double':
      writer.double(Number(value));
      writer.tag(number, 1);
      return;
    case 'quantity':
      writeText(writer, 1, String(value));
      break;
    case 'time':
    case 'microTime':
      writeTime(writer, String(value));
      break;
    case 'intOrString':
      writeIntOrString(writer, value as number | string);
      break;
    case 'raw':
    case 'any':
      writeText(writer, 1, JSON.stringify(value));
      break;
    default:
      type.name satisfies never;
  }
  writer.closeMessage(number, before);
}

function writeText(writer: ProtobufWriter, number: number, text: string): void {
  writer.string(text);
  writer.tag(number, 2);
}

/** Seconds and nanoseconds. */
function writeTime(writer: ProtobufWriter, text: string): void {
  const seconds = Math.floor(Date.parse(text) / 1000);
  if (Number.isNaN(seconds)) return;
  const fraction = /\.(\d{1,9})/.exec(text)?.[1] ?? '';
  const nanos = Number(fraction.padEnd(9, '0'));
  writer.varint(nanos);
  writer.tag(2, 0);
  writer.varint(seconds);
  writer.tag(1, 0);
}

function writeIntOrString(writer: ProtobufWriter, value: number | string): void {
  const text = typeof value === 'string';
  writeText(writer, 3, text ? value : '');
  writer.varint(text ? 0 : value);
  writer.tag(2, 0);
  writer.varint(text ? 1 : 0);
  writer.tag(1, 0);
}
