const HEAD_BYTES = 5;
const NOTHING: Buffer = Buffer.alloc(0);

/** A message as gRPC sends it: uncompressed, its length before it. */
export function frameMessage(message: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(HEAD_BYTES + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, HEAD_BYTES);
  return framed;
}

/** Finds the messages in what arrives on a stream, however it is cut. */
export class GrpcMessages {
  #chunks: Buffer[] = [];
  #size = 0;

  /** The messages that `chunk` completes; they may share its memory. @throws RangeError on a compressed one */
  add(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const messages: Buffer[] = [];
    for (;;) {
      const message = this.#take();
      if (!message) return messages;
      messages.push(message);
    }
  }

  #take(): Buffer | undefined {
    if (this.#size < HEAD_BYTES) return undefined;
    let first = this.#chunks[0] ?? NOTHING;
    if (first.length < HEAD_BYTES) first = this.#joined();
    if (first[0] !== 0) throw new RangeError('compressed gRPC message');
    const end = HEAD_BYTES + first.readUInt32BE(1);
    if (this.#size < end) return undefined;
    const all = this.#joined();
    this.#chunks = all.length > end ? [all.subarray(end)] : [];
    this.#size -= end;
    return all.subarray(HEAD_BYTES, end);
  }

  #joined(): Buffer {
    const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }
}
