/** Reads protobuf fields one after another: `while (reader.next()) switch (reader.field) …`. */
export class ProtoReader {
  readonly #buffer: Buffer;
  #position = 0;
  #wire = 0;
  /** Number of the field that `next` stopped at. */
  field = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  /** Moves to the next field; its value must then be read or skipped. */
  next(): boolean {
    if (this.#position >= this.#buffer.length) return false;
    const tag = this.number();
    this.field = Math.floor(tag / 8);
    this.#wire = tag % 8;
    return true;
  }

  /** A varint as a double; exact below 2^53. */
  number(): number {
    let result = 0;
    let factor = 1;
    for (;;) {
      const byte = this.#byte();
      result += (byte & 0x7f) * factor;
      if (byte < 0x80) return result;
      factor *= 128;
    }
  }

  bigint(): bigint {
    let result = 0n;
    let shift = 0n;
    for (;;) {
      const byte = this.#byte();
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, result);
      shift += 7n;
    }
  }

  bool(): boolean {
    return this.number() !== 0;
  }

  /** A view into the message's buffer, not a copy. */
  bytes(): Buffer {
    const length = this.number();
    const end = this.#position + length;
    if (end > this.#buffer.length) throw new RangeError('truncated protobuf message');
    const bytes = this.#buffer.subarray(this.#position, end);
    this.#position = end;
    return bytes;
  }

  skip(): void {
    switch (this.#wire) {
      case 0:
        this.bigint();
        return;
      case 1:
        this.#position += 8;
        return;
      case 2:
        this.bytes();
        return;
      case 5:
        this.#position += 4;
        return;
      default:
        throw new RangeError(`protobuf wire type ${this.#wire}`);
    }
  }

  #byte(): number {
    const byte = this.#buffer[this.#position++];
    if (byte === undefined) throw new RangeError('truncated protobuf message');
    return byte;
  }
}
