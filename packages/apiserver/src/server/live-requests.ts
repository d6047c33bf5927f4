import { newTimeout } from '@coxswain/api';
import type { LiveRequest } from './live-request.ts';
import type { Reply } from './reply.ts';
import { writeStatus } from './write-answer.ts';

const GONE = new Error('the client has gone');
const SWEEP_MS = 1000;

/** The requests that are worked on: long ones are told when the server ends, others answered 504 when they take too long. */
export class LiveRequests {
  /** In the order of their arrival. */
  readonly #live = new Set<LiveRequest>();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal, timeoutMs: number) {
    this.#signal = signal;
    const sweep = setInterval(() => this.expire(performance.now() - timeoutMs), SWEEP_MS);
    sweep.unref();
    const onAbort = () => {
      clearInterval(sweep);
      for (const request of this.#live) if (request.longRunning) request.abort(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  }

  add(request: LiveRequest): void {
    if (this.#signal.aborted && request.longRunning) request.abort(this.#signal.reason);
    if (request.timeoutMs !== undefined && !request.longRunning)
      request.deadline = setTimeout(() => this.#end(request), request.timeoutMs);
    this.#live.add(request);
  }

  /** Call when the answer, or the client, is through. */
  remove(request: LiveRequest, { writableFinished }: Reply): void {
    this.#live.delete(request);
    clearTimeout(request.deadline);
    if (!writableFinished) request.abort(GONE);
  }

  /** Ends the short requests that began before `limit` (`performance.now()`). */
  expire(limit: number): void {
    for (const request of this.#live) {
      if (request.began > limit) return;
      if (!request.longRunning) this.#end(request);
    }
  }

  #end(request: LiveRequest): void {
    const { response } = request.raw;
    if (response.headersSent) return void response.destroy();
    const timeout = newTimeout('request did not complete within the allotted timeout', 0);
    request.abort(timeout);
    // A handler that does not listen goes on, but the client need not wait for it.
    setImmediate(() => {
      if (response.headersSent || response.destroyed) return;
      request.expired = true;
      writeStatus(response, timeout.status, request.headers.accept);
    });
  }
}
