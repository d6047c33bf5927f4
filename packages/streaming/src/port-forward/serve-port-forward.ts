import type { Duplex } from 'node:stream';
import type { SpdyConnection } from '../spdy/spdy-connection.ts';
import type { SpdyStream } from '../spdy/spdy-stream.ts';
import { forwardConnection } from './forward-connection.ts';

/** Connects to a port of the pod. */
export type Dial = (port: number, signal: AbortSignal) => Promise<Duplex>;

const PAIR_TIMEOUT_MS = 30_000;

/** Pairs the two streams that a client opens for each forwarded connection, and connects each pair. */
export class PortForwardServer {
  readonly #dial: Dial;
  readonly #waiting = new Map<
    string,
    { readonly error?: SpdyStream; readonly data?: SpdyStream; timer: NodeJS.Timeout }
  >();
  #connection: SpdyConnection | undefined;

  constructor(dial: Dial) {
    this.#dial = dial;
  }

  /** Call with the connection before its first stream can come. */
  attach(connection: SpdyConnection): void {
    this.#connection = connection;
    connection.closed.addEventListener('abort', () => {
      for (const { timer } of this.#waiting.values()) clearTimeout(timer);
      this.#waiting.clear();
    });
  }

  /** False refuses the stream. */
  onStream(stream: SpdyStream): boolean {
    const { headers } = stream;
    const type = headers.get('streamtype');
    const port = Number(headers.get('port'));
    if ((type !== 'error' && type !== 'data') || !Number.isInteger(port) || port < 1 || port > 0xffff) return false;
    // Clients from before request ids open the error stream, then the data stream.
    const key = headers.get('requestid') ?? String(type === 'error' ? stream.id : stream.id - 2);
    const pair = { ...this.#waiting.get(key), [type]: stream };
    clearTimeout(pair.timer);
    if (pair.error && pair.data) {
      this.#waiting.delete(key);
      const signal = this.#connection?.closed ?? new AbortController().signal;
      void forwardConnection({ error: pair.error, data: pair.data, port, dial: this.#dial, signal });
      return true;
    }
    const timer = setTimeout(() => {
      this.#waiting.delete(key);
      stream.destroy(new Error('its partner never came'));
    }, PAIR_TIMEOUT_MS);
    this.#waiting.set(key, { ...pair, timer });
    return true;
  }
}
