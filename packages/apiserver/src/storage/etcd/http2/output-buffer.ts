import type { Writable } from 'node:stream';

const PIECE_BYTES = 64 * 1024;
/** More are let go. */
const SPARE_PIECES = 4;

/** Gathers what is written in one turn of the event loop and writes it in one piece, into memory that is used again. */
export class OutputBuffer {
  readonly #target: Writable;
  readonly #spare: Buffer[] = [];
  #piece: Buffer | undefined;
  #filled = 0;
  #scheduled = false;

  constructor(target: Writable) {
    this.#target = target;
  }

  add(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const room = this.room(Math.min(bytes.length - at, PIECE_BYTES));
      at += bytes.copy(room, 0, at);
    }
  }

  /** The place of the next so many bytes, to be filled at once; at most 64 kB. */
  room(length: number): Buffer {
    if (this.#piece && this.#filled + length > PIECE_BYTES) this.#flush();
    this.#piece ??= this.#spare.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
    if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.#flush();
      });
    }
    const start = this.#filled;
    this.#filled += length;
    return this.#piece.subarray(start, this.#filled);
  }

  #flush(): void {
    const piece = this.#piece;
    if (!piece) return;
    this.#piece = undefined;
    const bytes = piece.subarray(0, this.#filled);
    this.#filled = 0;
    if (this.#target.destroyed) return;
    this.#target.write(bytes, () => {
      if (this.#spare.length < SPARE_PIECES) this.#spare.push(piece);
    });
  }
}
