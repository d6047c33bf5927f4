import type { IncomingHttpHeaders } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Logger } from '@coxswain/foundation';
import type { UserInfo } from '../authentication/user-info.ts';
import { booleanParameter } from './negotiate.ts';
import type { Asked, Reply } from './reply.ts';
import type { RequestContext } from './request-context.ts';

const EMPTY = Buffer.alloc(0);
const NO_QUERY = new URLSearchParams();

/** A request's context; what few requests need (query, abort signal) is made when first asked for. */
export class LiveRequest implements RequestContext {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: RequestContext['raw'];
  readonly log: Logger;
  readonly warnings: string[] = [];
  /** `performance.now()` of its arrival. */
  readonly began = performance.now();
  body: Buffer = EMPTY;
  user: UserInfo;
  /** Watches, logs and connections have no deadline. */
  longRunning = false;
  /** Bytes of its answer's body before compression, where that is known. */
  answered: number | undefined;
  /** What the client allows the request, in milliseconds, where that is less than the server does. */
  timeoutMs: number | undefined;
  deadline: NodeJS.Timeout | undefined;
  /** It took too long and has been answered so: what its handler still says is for nobody. */
  expired = false;
  readonly #search: string;
  #query: URLSearchParams | undefined;
  #controller: AbortController | undefined;
  #reason: unknown;

  constructor(request: Asked, response: Reply, user: UserInfo, log: Logger) {
    const { url = '/', method = 'GET', headers } = request;
    const mark = url.indexOf('?');
    this.method = method;
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.#search = mark < 0 ? '' : url.slice(mark + 1);
    this.headers = headers;
    this.raw = { request, response };
    this.user = user;
    this.log = log;
  }

  get query(): URLSearchParams {
    this.#query ??= this.#search === '' ? NO_QUERY : new URLSearchParams(this.#search);
    return this.#query;
  }

  /** Whether a boolean parameter is there and true. */
  asks(parameter: string): boolean {
    return this.#search !== '' && booleanParameter(this.query, parameter);
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#reason ??= reason;
    this.#controller?.abort(reason);
  }
}
