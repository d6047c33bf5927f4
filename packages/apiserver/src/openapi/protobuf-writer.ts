/** A protobuf message being written; fields come in the order of the calls. */
export class ProtobufWriter {
  readonly #parts: Buffer[] = [];

  string(field: number, value: string | undefined): this {
    return value === undefined || value === '' ? this : this.#bytes(field, Buffer.from(value));
  }

  strings(field: number, values: readonly string[] | undefined): this {
    for (const value of values ?? []) this.#bytes(field, Buffer.from(value));
    return this;
  }

  bool(field: number, value: boolean | undefined): this {
    if (value) this.#parts.push(varint(field << 3), varint(1));
    return this;
  }

  message(field: number, value: ProtobufWriter | undefined): this {
    return value === undefined ? this : this.#bytes(field, value.finish());
  }

  messages(field: number, values: readonly ProtobufWriter[]): this {
    for (const value of values) this.message(field, value);
    return this;
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #bytes(field: number, value: Buffer): this {
    this.#parts.push(varint((field << 3) | 2), varint(value.length), value);
    return this;
  }
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
