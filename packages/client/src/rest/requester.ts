import type { IncomingMessage } from 'node:http';
import { type GroupResource, StatusError, statusFrom } from '@coxswain/api';
import { systemClock } from '@coxswain/foundation';
import type { RawRequestOptions } from '../api-client.ts';
import type { HttpTransport, TransportRequest } from './http-transport.ts';
import { withQuery } from './resource-path.ts';
import { ListSplitter } from './split-list.ts';

export interface JsonRequest {
  readonly method: string;
  readonly path: string;
  readonly contentType?: string | undefined;
  readonly body?: string | Buffer | undefined;
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** For the words of an error whose body is no Status. */
  readonly resource?: GroupResource | undefined;
  readonly name?: string | undefined;
}

export interface StreamRequest {
  readonly path: string;
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  readonly idleMs?: number | undefined;
  readonly resource?: GroupResource | undefined;
}

const TIMEOUT_MS = 30_000;
const MAX_RETRIES = 10;
const ERROR_BODY_LIMIT = 1024 * 1024;

/** Requests with Kubernetes' manners: error answers become StatusErrors, `Retry-After` is honoured. */
export class Requester {
  readonly #transport: HttpTransport;

  constructor(transport: HttpTransport) {
    this.#transport = transport;
  }

  close(): void {
    this.#transport.close();
  }

  /** The parsed JSON of a 2xx answer. */
  async json(request: JsonRequest): Promise<unknown> {
    const { body } = await this.#whole(request);
    return parse(body);
  }

  /** The parsed JSON of a list without its items, which are given one by one as they arrive. */
  async list(request: JsonRequest, onItem: (item: unknown) => void): Promise<unknown> {
    const splitter = new ListSplitter((bytes) => onItem(parse(bytes)));
    const { sent, answer } = await this.#open(request);
    await this.#transport.drain(sent, answer, (chunk) => splitter.push(chunk));
    return parse(splitter.end());
  }

  /** JSON where the answer says it is, text otherwise. */
  async any(method: string, path: string, options: RawRequestOptions): Promise<unknown> {
    const { query = {}, ...rest } = options;
    const { answer, body } = await this.#whole({ method, path: withQuery(path, query), ...rest });
    const text = body.toString('utf8');
    return /\bjson\b/.test(answer.headers['content-type'] ?? '') && text !== '' ? JSON.parse(text) : text;
  }

  /** The body of a 2xx answer as it arrives; no time-out but the idle one. */
  async *stream(options: StreamRequest): AsyncGenerator<Buffer> {
    const { resource, path, accept, signal, timeoutMs = TIMEOUT_MS, idleMs } = options;
    const request: TransportRequest = { method: 'GET', path, accept, signal, timeoutMs, idleMs, whole: false };
    const answer = await this.#transport.open(request);
    try {
      if (!isSuccess(answer)) throw await this.#error(request, answer, { method: 'GET', path, resource });
      for await (const chunk of answer) yield chunk as Buffer;
    } catch (error) {
      throw error instanceof StatusError ? error : this.#transport.streamFailure(request, error);
    } finally {
      answer.destroy();
    }
  }

  async #whole(request: JsonRequest): Promise<{ answer: IncomingMessage; body: Buffer }> {
    const { sent, answer } = await this.#open(request);
    return { answer, body: await this.#transport.read(sent, answer) };
  }

  /** A 2xx answer whose body is still to be read. */
  async #open(request: JsonRequest): Promise<{ sent: TransportRequest; answer: IncomingMessage }> {
    const { timeoutMs = TIMEOUT_MS, method, path, accept, contentType, body, signal } = request;
    const end = performance.now() + timeoutMs;
    for (let attempt = 0; ; attempt++) {
      const left = Math.max(1, end - performance.now());
      const sent: TransportRequest = { method, path, accept, contentType, body, signal, timeoutMs: left, whole: true };
      const answer = await this.#transport.open(sent);
      if (isSuccess(answer)) return { sent, answer };
      const error = await this.#error(sent, answer, request);
      const wait = retryAfterMs(answer);
      if (wait === undefined || attempt >= MAX_RETRIES || performance.now() + wait >= end) throw error;
      await systemClock.sleep(wait, signal);
    }
  }

  async #error(
    sent: TransportRequest,
    answer: IncomingMessage,
    { resource, name, method }: JsonRequest,
  ): Promise<Error> {
    const body = await this.#transport.read(sent, answer);
    return statusFrom(answer.statusCode ?? 0, body.subarray(0, ERROR_BODY_LIMIT), {
      method,
      ...(resource ? { resource } : {}),
      ...(name ? { name } : {}),
      retryAfterSeconds: Math.ceil((retryAfterMs(answer) ?? 0) / 1000),
    });
  }
}

function parse(body: Buffer): unknown {
  return body.length === 0 ? undefined : JSON.parse(body.toString('utf8'));
}

function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

/** Milliseconds to wait before another try of a 429 or 5xx that asks for one. */
function retryAfterMs({ statusCode = 0, headers }: IncomingMessage): number | undefined {
  if (statusCode !== 429 && statusCode < 500) return undefined;
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
