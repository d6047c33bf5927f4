import { DecodeError } from './decode-value.ts';

/** Reads the fields of one protobuf message. Values are views of the buffer, varints are bigints, doubles numbers. */
export class ProtobufReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** @throws DecodeError when the message is cut off or malformed */
  field(): { number: number; value: bigint | number | Buffer } {
    const tag = Number(this.#varint());
    const number = Math.floor(tag / 8);
    if (number === 0) throw new DecodeError('proto: illegal tag 0');
    switch (tag % 8) {
      case 0:
        return { number, value: this.#varint() };
      case 1:
        return { number, value: this.#take(8).readDoubleLE(0) };
      case 2:
        return { number, value: this.#take(Number(this.#varint())) };
      case 5:
        return { number, value: this.#take(4).readFloatLE(0) };
      default:
        throw new DecodeError(`proto: illegal wireType ${tag % 8}`);
    }
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new DecodeError('unexpected EOF');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new DecodeError('proto: integer overflow');
  }

  #take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw new DecodeError('unexpected EOF');
    const view = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return view;
  }
}
