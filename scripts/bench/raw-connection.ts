import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import type { Target } from './target.ts';

/** What came back; `bytes` is the length of the body as it was sent. */
export interface RawAnswer {
  readonly code: number;
  readonly bytes: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const CHUNKS_END = Buffer.from('\r\n0\r\n\r\n');

/** A keep-alive TLS connection that parses no more of an answer than where it ends, so that load costs little. */
export class RawConnection {
  readonly #socket: TLSSocket;
  #settle: ((answer: RawAnswer) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;
  #head: Buffer | undefined;
  #code = 0;
  /** Bytes of the body still to come; Infinity when it is chunked. */
  #missing = 0;
  #bytes = 0;
  #tail: Buffer = Buffer.alloc(0);

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail?.(error));
    socket.on('close', () => this.#fail?.(new Error('connection closed')));
  }

  static async open(target: Target): Promise<RawConnection> {
    return new RawConnection(await openSocket(target));
  }

  /** One request at a time. Rejects on any status but 2xx. */
  send(request: Buffer): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      this.#settle = (answer) => {
        if (answer.code >= 200 && answer.code < 300) resolve(answer);
        else reject(new Error(`${request.subarray(0, request.indexOf(0x0d))}: ${answer.code}`));
      };
      this.#head = undefined;
      this.#bytes = 0;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#fail = undefined;
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    let body = chunk;
    if (this.#missing === 0) {
      const all = this.#head ? Buffer.concat([this.#head, chunk]) : chunk;
      const end = all.indexOf(HEAD_END);
      if (end < 0) {
        this.#head = all;
        return;
      }
      const head = all.toString('latin1', 0, end);
      this.#code = Number(head.slice(9, 12));
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
      this.#missing = length === undefined ? Number.POSITIVE_INFINITY : Number(length);
      this.#tail = Buffer.alloc(0);
      body = all.subarray(end + HEAD_END.length);
    }
    this.#bytes += body.length;
    if (this.#missing === Number.POSITIVE_INFINITY) {
      this.#tail = body.length >= CHUNKS_END.length ? body : Buffer.concat([this.#tail, body]);
      if (!this.#tail.subarray(-CHUNKS_END.length).equals(CHUNKS_END)) return;
    } else if (this.#bytes < this.#missing) return;
    this.#missing = 0;
    this.#settle?.({ code: this.#code, bytes: this.#bytes });
  }
}

export async function openSocket({ server, ca }: Target): Promise<TLSSocket> {
  const { hostname, port } = new URL(server);
  const socket = connect({ host: hostname, port: Number(port), ca, ALPNProtocols: ['http/1.1'] });
  socket.setNoDelay(true);
  await once(socket, 'secureConnect');
  return socket;
}

/** The bytes of a request. */
export function rawRequest({ server, token }: Target, method: string, path: string, options: RawOptions = {}): Buffer {
  const { body = '', accept = 'application/json', contentType } = options;
  const type = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json';
  const about =
    body === '' ? '' : `Content-Type: ${contentType ?? type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  const head = `${method} ${path} HTTP/1.1\r\nHost: ${new URL(server).host}\r\nAuthorization: Bearer ${token}\r\n`;
  return Buffer.from(`${head}Accept: ${accept}\r\n${about}\r\n${body}`);
}

export interface RawOptions {
  readonly body?: string;
  readonly accept?: string;
  readonly contentType?: string;
}
