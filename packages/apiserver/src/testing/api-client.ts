import { Agent, type RequestOptions, request } from 'node:https';

export interface ApiClientOptions {
  readonly ports: readonly number[];
  readonly ca: string;
  readonly token: string;
  readonly timeoutMs?: number;
}

export interface ApiResponse {
  readonly code: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever was answered
  readonly json: any;
}

/** A plain HTTPS client of one of several apiservers on loopback; `next` moves on to another. */
export class ApiClient {
  readonly #options: ApiClientOptions;
  readonly #agent: Agent;
  #server: number;

  constructor(options: ApiClientOptions, server = 0) {
    this.#options = options;
    this.#server = server % options.ports.length;
    this.#agent = new Agent({ keepAlive: true, ca: options.ca, maxSockets: 50 });
  }

  next(): void {
    this.#server = (this.#server + 1) % this.#options.ports.length;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Rejects when no whole answer came. An object is sent as JSON unless the headers say otherwise. */
  async call(
    method: string,
    path: string,
    body?: object | string | Buffer,
    headers: Readonly<Record<string, string>> = {},
    signal?: AbortSignal,
  ): Promise<ApiResponse> {
    const { promise, resolve, reject } = Promise.withResolvers<ApiResponse>();
    const payload =
      body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const outgoing = request(
      this.#requestOptions(method, path, {
        ...(payload === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
        ...headers,
      }),
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('close', () => {
          if (!response.complete) reject(new Error('the answer broke off'));
        });
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          resolve({ code: response.statusCode ?? 0, headers: response.headers, bytes, json: parsed(bytes) });
        });
      },
    );
    const timer = setTimeout(
      () => outgoing.destroy(new Error('the client gave up')),
      this.#options.timeoutMs ?? 15_000,
    );
    const onAbort = () => outgoing.destroy(new Error('aborted'));
    signal?.addEventListener('abort', onAbort, { once: true });
    outgoing.on('error', reject);
    outgoing.end(payload);
    return promise.finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    });
  }

  /** The documents of a watch as they come; ends with the stream, however it ended, or with the signal. */
  async *watch(path: string, signal: AbortSignal): AsyncGenerator<{ type: string; object: WatchedObject }> {
    const { promise, resolve, reject } = Promise.withResolvers<AsyncIterable<string>>();
    const outgoing = request({ ...this.#requestOptions('GET', path, {}), signal }, (response) => {
      response.setEncoding('utf8');
      resolve(response as AsyncIterable<string>);
    });
    outgoing.on('error', reject);
    outgoing.end();
    let rest = '';
    try {
      for await (const chunk of await promise) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() as string;
        for (const line of lines) {
          const document = JSON.parse(line);
          yield document.kind === 'Status' ? { type: 'ERROR', object: document } : document;
        }
      }
    } catch (error) {
      if (error instanceof SyntaxError) throw error;
    } finally {
      outgoing.destroy();
    }
    if (rest.startsWith('{"kind":"Status"')) yield { type: 'ERROR', object: JSON.parse(rest) };
  }

  #requestOptions(method: string, path: string, headers: Record<string, string>): RequestOptions {
    return {
      host: '127.0.0.1',
      port: this.#options.ports[this.#server],
      method,
      path,
      agent: this.#agent,
      headers: { authorization: `Bearer ${this.#options.token}`, ...headers },
    };
  }
}

/** What watch documents carry: objects, or a Status. */
export interface WatchedObject {
  readonly code?: number;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
