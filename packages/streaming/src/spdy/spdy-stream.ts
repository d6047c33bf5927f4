import { Duplex } from 'node:stream';
import type { SpdyHeaders } from './header-block.ts';

/** How a stream talks to its connection. */
export interface StreamTransport {
  /** Hands over bytes; `done` when there is room for more. */
  data(id: number, data: Buffer, done: () => void): void;
  fin(id: number): void;
  /** The stream is over; `reset` tells the peer so. */
  ended(id: number, reset: boolean): void;
  /** The reader caught up. */
  wanted(id: number): void;
}

/** Bytes held for a reader that lags before its whole connection waits. */
const HELD_BYTES = 1024 * 1024;

/** One stream of a SPDY connection; `end()` closes our half only. Destroying it resets what isn't over. */
export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: SpdyHeaders;
  readonly #transport: StreamTransport;
  #finished = false;
  #received = false;
  #silent = false;

  constructor(id: number, headers: SpdyHeaders, transport: StreamTransport) {
    super({ allowHalfOpen: true, readableHighWaterMark: HELD_BYTES, writableHighWaterMark: 64 * 1024 });
    this.id = id;
    this.headers = headers;
    this.#transport = transport;
  }

  /** For the connection: bytes arrived. False when the reader has enough for now. */
  receive(data: Buffer, fin: boolean): boolean {
    if (this.#received || this.destroyed) return true;
    const room = data.length === 0 || this.push(data);
    if (fin) {
      this.#received = true;
      this.push(null);
    }
    return room || fin;
  }

  /** For the connection: the peer gave the stream up. */
  wasReset(error: Error): void {
    this.#silent = true;
    this.destroy(this.#finished && this.#received ? undefined : error);
  }

  /** For the connection: it is over. What was received in full can still be read. */
  disconnected(error: Error): void {
    if (this.#received) this.#silent = true;
    else this.wasReset(error);
  }

  override _read(): void {
    this.#transport.wanted(this.id);
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#transport.data(this.id, chunk, done);
  }

  override _final(done: () => void): void {
    this.#finished = true;
    this.#transport.fin(this.id);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#transport.ended(this.id, !this.#silent && !(this.#finished && this.#received));
    done(error);
  }
}
