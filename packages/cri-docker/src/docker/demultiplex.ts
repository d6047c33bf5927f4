export type StreamName = 'stdout' | 'stderr';

export interface Frame {
  readonly stream: StreamName;
  readonly data: Buffer;
}

const HEADER = 8;

/** Takes Docker's multiplexed stream apart: feed it chunks, it gives the whole frames. */
export class Demultiplexer {
  /** Bytes the next frame needs in all; spares joining chunks before they suffice. */
  #chunks: Buffer[] = [];
  #held = 0;
  #need = HEADER;

  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#need) return [];
    let rest = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    const frames: Frame[] = [];
    for (;;) {
      this.#need = HEADER;
      if (rest.length < HEADER) break;
      const end = HEADER + rest.readUInt32BE(4);
      if (rest.length < end) {
        this.#need = end;
        break;
      }
      frames.push({ stream: rest[0] === 2 ? 'stderr' : 'stdout', data: rest.subarray(HEADER, end) });
      rest = rest.subarray(end);
    }
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
    return frames;
  }

  /** Bytes of a frame that hasn't come whole. */
  get pending(): number {
    return this.#held;
  }
}
