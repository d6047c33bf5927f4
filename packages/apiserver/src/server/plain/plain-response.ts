import { type OutgoingHttpHeaders, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Reply } from '../reply.ts';
import { writeInOnePiece } from './write-in-one-piece.ts';

/** What may not stand in a header's value. */
const UNSAFE = /[^\t\x20-\x7e\x80-\xff]/;

/** The answer to a plain request, in one piece: head and body leave in one write. */
export class PlainResponse implements Reply {
  statusCode = 200;
  headersSent = false;
  destroyed = false;
  writableFinished = false;
  readonly #socket: Socket;
  readonly #common: () => string;
  #head = '';
  #closed: (() => void)[] = [];

  /** @param common the head's lines that all answers have, each with its line end */
  constructor(socket: Socket, common: () => string) {
    this.#socket = socket;
    this.#common = common;
  }

  writeHead(code: number, headers: OutgoingHttpHeaders): this {
    this.statusCode = code;
    let head = `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? ''}\r\n`;
    for (const name in headers) {
      const value = headers[name];
      if (Array.isArray(value)) for (const each of value) head += headerLine(name, each);
      else if (value !== undefined) head += headerLine(name, String(value));
    }
    this.#head = head;
    return this;
  }

  end(body: string | Buffer): void {
    if (this.destroyed || this.headersSent) return;
    this.headersSent = true;
    writeInOnePiece(this.#socket, `${this.#head}${this.#common()}\r\n`, body, (error) => {
      this.writableFinished = !error;
      this.#close();
    });
  }

  once(_event: 'close', listener: () => void): this {
    this.#closed.push(listener);
    return this;
  }

  /** What is not written yet never will be. */
  destroy(): this {
    if (!this.writableFinished) this.#socket.destroy();
    this.#close();
    return this;
  }

  #close(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    for (const listener of this.#closed) listener();
  }
}

function headerLine(name: string, value: string): string {
  if (UNSAFE.test(value)) throw new TypeError(`header ${name} has a value that can't be sent`);
  return `${name}: ${value}\r\n`;
}
