import type { Headers } from './hpack.ts';

/** What happens on a stream. */
export interface StreamEvents {
  /** The answer's headers, and later its trailers. */
  onHeaders(headers: Headers): void;
  /** Bytes of the answer; they share the memory of what arrived. May throw: the stream is then cancelled. */
  onData(bytes: Buffer): void;
  /** Called once, last: the server has ended the stream (undefined), or it broke. Not after `cancel`. */
  onEnd(error: Error | undefined): void;
}

/** What a stream asks of its connection. */
export interface StreamCarrier {
  flush(stream: Http2Stream): void;
  cancel(stream: Http2Stream): void;
  /** Lets the server send so many bytes more. */
  allow(stream: Http2Stream, bytes: number): void;
}

/** One request on a connection, and its answer. */
export class Http2Stream {
  readonly headers: Buffer;
  readonly events: StreamEvents;
  readonly #carrier: StreamCarrier;
  readonly #windowBytes: number;
  /** 0 until its headers are sent. */
  id = 0;
  /** Bytes that the server takes. */
  window = 0;
  /** What is to be sent. */
  readonly outgoing: Buffer[] = [];
  /** Nothing follows `outgoing`. */
  ending = false;
  /** The request is sent with its end. */
  ended = false;
  paused = false;
  #received = 0;

  /** `headers` is an encoded block; `windowBytes` what the server may send before it is read. */
  constructor(headers: Buffer, events: StreamEvents, carrier: StreamCarrier, windowBytes: number) {
    this.headers = headers;
    this.events = events;
    this.#carrier = carrier;
    this.#windowBytes = windowBytes;
  }

  write(bytes: Buffer): void {
    this.outgoing.push(bytes);
    this.#carrier.flush(this);
  }

  end(bytes: Buffer): void {
    this.ending = true;
    this.write(bytes);
  }

  /** The server is told that nobody wants the answer any more. */
  cancel(): void {
    this.#carrier.cancel(this);
  }

  /** The server may send no more than its window allows still. */
  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.#giveBack();
  }

  /** Counts what has been read. */
  received(bytes: number): void {
    this.#received += bytes;
    if (!this.paused) this.#giveBack();
  }

  #giveBack(): void {
    if (this.#received < this.#windowBytes / 2) return;
    this.#carrier.allow(this, this.#received);
    this.#received = 0;
  }
}
