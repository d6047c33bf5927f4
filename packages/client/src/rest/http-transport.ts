import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { ClientConfig } from '../config/client-config.ts';
import { ConnectionError } from './connection-error.ts';
import { authorization } from './token-source.ts';

export interface TransportRequest {
  readonly method: string;
  /** With query. */
  readonly path: string;
  readonly accept?: string | undefined;
  readonly contentType?: string | undefined;
  readonly body?: string | Buffer | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the answer's header, and with `whole` until its end. */
  readonly timeoutMs: number;
  /** True for an answer that ends soon; false for a stream, which may be silent for `idleMs` at most. */
  readonly whole: boolean;
  /** Milliseconds; `IDLE_MS` unless given, 0 for no bound. */
  readonly idleMs?: number | undefined;
}

/** Bookmarks come every minute, so a stream that is silent for so long is dead. */
const IDLE_MS = 5 * 60_000;
const TCP_KEEP_ALIVE_MS = 30_000;
const MAX_SOCKETS = 128;

/** Keep-alive HTTP(S) to one server: header of the answer, abort, time-outs. Knows no Kubernetes. */
export class HttpTransport {
  readonly server: string;
  readonly #base: URL;
  readonly #prefix: string;
  readonly #options: RequestOptions;
  readonly #send: typeof httpRequest;
  readonly #agent: HttpAgent;
  readonly #streamAgent: HttpAgent;
  readonly #authorization: ReturnType<typeof authorization>;
  readonly #userAgent: string;

  constructor(config: ClientConfig) {
    this.#base = new URL(config.server);
    this.server = config.server;
    this.#prefix = this.#base.pathname.replace(/\/$/, '');
    this.#authorization = authorization(config);
    this.#userAgent = config.userAgent ?? 'coxswain';
    const secure = this.#base.protocol === 'https:';
    const Agent = secure ? HttpsAgent : HttpAgent;
    const tls = secure ? tlsOptions(config) : {};
    this.#agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, maxFreeSockets: MAX_SOCKETS, ...tls });
    this.#streamAgent = new Agent({ keepAlive: false, ...tls });
    this.#send = secure ? (httpsRequest as typeof httpRequest) : httpRequest;
    const hostname = this.#base.hostname.replace(/^\[|\]$/g, '');
    this.#options = { hostname, port: this.#base.port || (secure ? 443 : 80) };
  }

  /**
   * Resolves with the answer once its header is there, whatever its status.
   * @throws ConnectionError, or the signal's reason
   */
  async open(request: TransportRequest): Promise<IncomingMessage> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#openOnce(request);
      } catch (error) {
        if (attempt < 2 && error instanceof StaleSocket && request.method === 'GET') continue;
        throw error instanceof StaleSocket ? this.#failure(request, error.cause) : error;
      }
    }
  }

  /** The whole body. The time-out of `open` still counts. */
  async read(request: TransportRequest, answer: IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = [];
    await this.drain(request, answer, (chunk) => chunks.push(chunk));
    return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  }

  /** Gives the body as it arrives; resolves at its end. The time-out of `open` still counts. What `take` throws rejects. */
  drain(request: TransportRequest, answer: IncomingMessage, take: (chunk: Buffer) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      answer.on('data', (chunk: Buffer) => {
        try {
          take(chunk);
        } catch (error) {
          reject(error);
          answer.destroy();
        }
      });
      answer.on('end', resolve);
      answer.on('error', (error) => reject(this.streamFailure(request, error)));
      answer.on('close', () => {
        if (answer.readableEnded) return;
        reject(this.streamFailure(request, new Error('connection closed before the end')));
      });
    });
  }

  /** What an error while reading the answer means: the caller's abort, or a lost connection. */
  streamFailure(request: TransportRequest, error: unknown): unknown {
    if (request.signal?.aborted) return request.signal.reason;
    return error instanceof ConnectionError ? error : this.#failure(request, error);
  }

  close(): void {
    this.#agent.destroy();
    this.#streamAgent.destroy();
  }

  async #openOnce(request: TransportRequest): Promise<IncomingMessage> {
    const { method, signal, timeoutMs, whole, body, idleMs = IDLE_MS } = request;
    signal?.throwIfAborted();
    const headers = await this.#headers(request);
    return new Promise((resolve, reject) => {
      const outgoing = this.#send({
        ...this.#options,
        agent: whole ? this.#agent : this.#streamAgent,
        method,
        path: this.#prefix + request.path,
        headers,
      });
      let answered: IncomingMessage | undefined;
      const stop = (reason: unknown) => {
        (answered ?? outgoing).destroy(reason instanceof Error ? reason : new Error(String(reason)));
      };
      const onAbort = () => stop(signal?.reason);
      const timer = setTimeout(
        () => stop(this.#failure(request, new Error(`no answer within ${timeoutMs} ms`))),
        timeoutMs,
      );
      signal?.addEventListener('abort', onAbort, { once: true });
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      outgoing.on('socket', (socket: Socket) => socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS));
      outgoing.on('response', (answer) => {
        answered = answer;
        if (!whole) {
          clearTimeout(timer);
          answer.socket.setTimeout(idleMs, () => stop(new Error(`silent for ${idleMs / 1000} s`)));
        }
        answer.on('close', done);
        resolve(answer);
      });
      outgoing.on('error', (error) => {
        done();
        const { code } = error as NodeJS.ErrnoException;
        if (signal?.aborted) reject(signal.reason);
        else if (error instanceof ConnectionError) reject(error);
        else if (outgoing.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE')) reject(new StaleSocket(error));
        else reject(this.#failure(request, error));
      });
      outgoing.end(body);
    });
  }

  async #headers({ accept, contentType, body }: TransportRequest): Promise<Record<string, string | number>> {
    const headers: Record<string, string | number> = {
      accept: accept ?? 'application/json',
      'user-agent': this.#userAgent,
      host: this.#base.host,
    };
    const authorization = await this.#authorization();
    if (authorization !== undefined) headers['authorization'] = authorization;
    if (body !== undefined) {
      headers['content-type'] = contentType ?? 'application/json';
      headers['content-length'] = Buffer.byteLength(body);
    }
    return headers;
  }

  #failure({ method, path }: TransportRequest, cause: unknown): ConnectionError {
    return new ConnectionError(this.server, `${method} ${path.replace(/\?.*/, '')}`, cause);
  }
}

/** The server closed an idle connection just as it was used again: a read may be sent once more. */
class StaleSocket extends Error {
  constructor(cause: unknown) {
    super('kept connection was closed', { cause });
  }
}

/** The context is made once: an agent given certificates reads them for each connection and compares them for each request. */
function tlsOptions(config: ClientConfig) {
  const { ca, cert, key, tlsServerName, insecureSkipTlsVerify } = config;
  const certificates = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  return {
    secureContext: createSecureContext(certificates),
    ...(tlsServerName === undefined ? {} : { servername: tlsServerName }),
    ...(insecureSkipTlsVerify ? { rejectUnauthorized: false } : {}),
  };
}
