const FIRST_SIZE = 512;

/**
 * Writes one protobuf message from its end to its beginning, so that the length of an inner message is known when its
 * header is written. Call in reverse order: the value, then `tag`; after an inner message's fields, `closeMessage`.
 */
export class ProtobufWriter {
  #bytes = Buffer.allocUnsafe(FIRST_SIZE);
  #at = FIRST_SIZE;

  /** Bytes written so far. */
  get size(): number {
    return this.#bytes.length - this.#at;
  }

  /** A copy of the message. */
  finish(): Buffer {
    return Buffer.from(this.#bytes.subarray(this.#at));
  }

  tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  /** A whole number of up to 53 bits; negative ones as 64-bit two's complement. */
  varint(value: number): void {
    if (value < 0) {
      this.bigint(BigInt.asUintN(64, BigInt(value)));
      return;
    }
    let length = 1;
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++;
    this.#reserve(length);
    let at = this.#at;
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes[at++] = (rest % 128) | 128;
    this.#bytes[at] = rest;
  }

  bigint(value: bigint): void {
    const bytes: number[] = [];
    let rest = value;
    for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    bytes.push(Number(rest));
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#bytes.writeDoubleLE(value, this.#at);
  }

  /** With its length in front. */
  string(value: string): void {
    const length = Buffer.byteLength(value);
    this.#reserve(length);
    this.#bytes.write(value, this.#at, 'utf8');
    this.varint(length);
  }

  /** With their length in front. */
  bytes(value: Buffer): void {
    this.#reserve(value.length);
    value.copy(this.#bytes, this.#at);
    this.varint(value.length);
  }

  /** The header of an inner message; `before` is the size when its last field was about to be written. */
  closeMessage(field: number, before: number): void {
    this.varint(this.size - before);
    this.tag(field, 2);
  }

  #reserve(length: number): void {
    if (length > this.#at) {
      const used = this.size;
      const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, used + length + FIRST_SIZE));
      this.#bytes.copy(grown, grown.length - used, this.#at);
      this.#bytes = grown;
      this.#at = grown.length - used;
    }
    this.#at -= length;
  }
}
