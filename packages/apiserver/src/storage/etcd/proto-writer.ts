const LENGTH_BYTES = 4;

/** Writes protobuf fields into one growing buffer. Numbers are non-negative and safe integers. */
export class ProtoWriter {
  #buffer: Buffer;
  #length = 0;

  constructor(capacity = 256) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  /** An int64, uint64, enum or bool field; left out when 0, as proto3 does. */
  number(field: number, value: number): this {
    return value === 0 ? this : this.present(field, value);
  }

  /** As `number`, but written even when 0: a member of a oneof. */
  present(field: number, value: number): this {
    this.#varint(field << 3);
    this.#varint(value);
    return this;
  }

  bigint(field: number, value: bigint): this {
    if (value === 0n) return this;
    this.#varint(field << 3);
    let rest = BigInt.asUintN(64, value);
    this.#reserve(10);
    while (rest > 0x7fn) {
      this.#buffer[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#buffer[this.#length++] = Number(rest);
    return this;
  }

  bool(field: number, value: boolean): this {
    return this.number(field, value ? 1 : 0);
  }

  bytes(field: number, value: Uint8Array): this {
    this.#varint((field << 3) | 2);
    this.#varint(value.length);
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  string(field: number, value: string): this {
    const length = Buffer.byteLength(value);
    this.#varint((field << 3) | 2);
    this.#varint(length);
    this.#reserve(length);
    this.#buffer.write(value, this.#length);
    this.#length += length;
    return this;
  }

  /**
   * A message in this one: `write` puts its fields into this writer. Its length comes before it and is known after it, so
   * it always takes four bytes, which protobuf allows.
   */
  message(field: number, write: () => void): this {
    this.#varint((field << 3) | 2);
    this.#reserve(LENGTH_BYTES);
    const start = this.#length + LENGTH_BYTES;
    this.#length = start;
    write();
    let rest = this.#length - start;
    for (let i = 0; i < LENGTH_BYTES; i++) {
      this.#buffer[start - LENGTH_BYTES + i] = (rest & 0x7f) | (i < LENGTH_BYTES - 1 ? 0x80 : 0);
      rest >>>= 7;
    }
    return this;
  }

  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest > 0x7f) {
      this.#buffer[this.#length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#length++] = rest;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const next = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + more));
    next.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = next;
  }
}
