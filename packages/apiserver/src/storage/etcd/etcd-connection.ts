import { Backoff } from '@coxswain/foundation';
import { unaryCall } from './grpc-call.ts';
import { GRPC_DEADLINE_EXCEEDED, GRPC_UNAVAILABLE, GrpcFailure } from './grpc-failure.ts';
import { GrpcSession } from './grpc-session.ts';
import { GrpcStream, type GrpcStreamEvents } from './grpc-stream.ts';

export interface EtcdConnectionOptions {
  /** `https://host:port` or `http://host:port`; calls go to one of them, chosen at random, until it fails. */
  readonly servers: readonly string[];
  /** PEM; all three or none (plain HTTP). */
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
}

/**
 * The calls of etcd that reads and writes wait for, over one HTTP/2 connection at a time, messages as bytes. grpc-js
 * takes several times the processor time for them; what is rare goes through etcd3. Retries are left to the callers: while no server
 * can be reached calls fail at once, and only now and then one of them tries to connect.
 */
export class EtcdConnection {
  readonly #options: EtcdConnectionOptions;
  readonly #backoff = new Backoff({ initial: 100, max: 1_000, jitter: 0.2 });
  #session: GrpcSession | undefined;
  #connecting: Promise<GrpcSession> | undefined;
  #failure: unknown;
  #notBefore = 0;
  #next: number;
  #closed = false;

  constructor(options: EtcdConnectionOptions) {
    this.#options = options;
    this.#next = Math.floor(Math.random() * options.servers.length);
  }

  /** A call of the KV service, at most `timeoutMs` long. Rejects with a `GrpcFailure`, or with the signal's reason. */
  async call(method: string, request: Buffer, timeoutMs: number, signal?: AbortSignal): Promise<Buffer> {
    signal?.throwIfAborted();
    const session = this.#session?.usable ? this.#session : await withDeadline(this.#connect(), timeoutMs, signal);
    try {
      return await unaryCall(session, `/etcdserverpb.KV/${method}`, request, timeoutMs, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  }

  /** A watch stream; etcd ends it when its member has lost the leader. */
  async openWatch(events: GrpcStreamEvents): Promise<GrpcStream> {
    const session = await this.#connect();
    return new GrpcStream(session, '/etcdserverpb.Watch/Watch', events);
  }

  close(): void {
    this.#closed = true;
    this.#session?.destroy();
  }

  async #connect(): Promise<GrpcSession> {
    if (this.#closed) throw new GrpcFailure(GRPC_UNAVAILABLE, 'the connection is closed');
    if (this.#session?.usable) return this.#session;
    if (!this.#connecting && performance.now() < this.#notBefore) throw this.#failure;
    this.#connecting ??= this.#tryAll().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  /** Asks every server once, beginning with the one after the last. */
  async #tryAll(): Promise<GrpcSession> {
    const { servers } = this.#options;
    for (const _ of servers) {
      const server = servers[this.#next++ % servers.length] as string;
      try {
        this.#session = await GrpcSession.open(server, this.#options);
        if (this.#closed) this.#session.destroy();
        this.#backoff.reset();
        return this.#session;
      } catch (error) {
        this.#failure = error;
      }
    }
    this.#notBefore = performance.now() + this.#backoff.next();
    throw this.#failure;
  }
}

/** Gives up waiting after `timeoutMs`, with a `GrpcFailure`, or when the signal aborts, with its reason. */
function withDeadline<T>(promise: Promise<T>, timeoutMs: number, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new GrpcFailure(GRPC_DEADLINE_EXCEEDED, 'Deadline exceeded')), timeoutMs);
    const onAbort = () => reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    });
  });
}
