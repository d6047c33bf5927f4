import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { type PlainRequest, PlainRequestReader } from './plain-request.ts';
import { PlainResponse } from './plain-response.ts';

export interface PlainConnectionOptions {
  /** Answers a request, now or later; false leaves it to node, untouched. */
  readonly serve: (request: PlainRequest, response: PlainResponse) => boolean;
  /** Gives the connection to node's HTTP server, for good. What has been read and not answered is in it again. */
  readonly handOver: (socket: Socket) => void;
  /** The head's lines that all answers have. */
  readonly common: () => string;
  /** Whether connections end with their next answer. */
  readonly ending: () => boolean;
  /** Called once when the connection is closed or somebody else's. */
  readonly onGone: (connection: PlainConnection) => void;
}

/**
 * A connection as long as plain GETs come on it, one whole request in each read and none before the last one's answer:
 * without a parser's, a message's and a response's streams they cost half. The first that is not so, and all after it,
 * are for node's HTTP server.
 */
export class PlainConnection {
  /** `performance.now()` of its beginning or its last answer; undefined while a request is worked on. */
  idleSince: number | undefined = performance.now();
  /** Whether a request was answered already. */
  used = false;
  readonly #socket: Socket;
  readonly #options: PlainConnectionOptions;
  readonly #reader: PlainRequestReader;
  #response: PlainResponse | undefined;
  /** What came while a request was worked on; the socket is paused then. */
  #waiting: Buffer | undefined;

  constructor(socket: Socket, options: PlainConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#reader = new PlainRequestReader(socket);
    socket.setNoDelay(true);
    socket.on('error', this.#onError);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onClose);
    socket.on('data', this.#onData);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  readonly #onData = (bytes: Buffer) => {
    if (this.#response) {
      this.#waiting = this.#waiting ? Buffer.concat([this.#waiting, bytes]) : bytes;
      this.#socket.pause();
      return;
    }
    const request = this.#reader.read(bytes);
    if (!request) return this.#leave(bytes);
    const response = new PlainResponse(this.#socket, this.#options.common);
    this.#response = response;
    this.idleSince = undefined;
    if (!this.#options.serve(request, response)) return this.#leave(bytes);
    response.once('close', this.#onAnswered);
  };

  readonly #onAnswered = () => {
    const { writableFinished } = this.#response ?? {};
    this.#response = undefined;
    if (!writableFinished) return;
    this.used = true;
    this.idleSince = performance.now();
    if (this.#options.ending()) {
      this.#socket.end();
      return;
    }
    const waiting = this.#waiting;
    if (!waiting) return;
    this.#waiting = undefined;
    this.#socket.resume();
    this.#onData(waiting);
  };

  readonly #onError = () => this.#socket.destroy();

  readonly #onEnd = () => {
    this.#response?.destroy();
    this.#socket.end();
  };

  readonly #onClose = () => {
    this.#response?.destroy();
    this.#options.onGone(this);
  };

  #leave(bytes: Buffer): void {
    const socket = this.#socket;
    socket.off('error', this.#onError);
    socket.off('end', this.#onEnd);
    socket.off('close', this.#onClose);
    socket.off('data', this.#onData);
    this.#response = undefined;
    this.#options.onGone(this);
    socket.pause();
    socket.unshift(bytes);
    this.#options.handOver(socket);
    socket.resume();
  }
}
