import { isGone, type KubeObject, StatusError } from '@coxswain/api';
import { Backoff, type Clock, type Logger, systemClock } from '@coxswain/foundation';
import type { ResourceClient, WatchEvent } from '../api-client.ts';
import { isConnectionError } from '../rest/connection-error.ts';

/** Where a reflector puts what it sees. Called synchronously, in order. */
export interface ReflectorSink<T> {
  /** All there is; what isn't in `objects` is gone. */
  replace(objects: T[]): void;
  apply(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T): void;
}

export interface ReflectorOptions<T extends KubeObject> {
  readonly client: ResourceClient<T>;
  readonly sink: ReflectorSink<T>;
  readonly log: Logger;
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly transform: (object: T) => T;
  readonly clock?: Clock | undefined;
  readonly random?: (() => number) | undefined;
}

const LIST_TIMEOUT_MS = 60_000;
/** The server ends a watch after five to ten minutes; another begins where it stopped. */
const WATCH_SECONDS = 300;
/** A watch that lived so long means that the server is well again. */
const HEALTHY_MS = 10_000;

/**
 * Keeps a sink true to the server: lists, watches from the list's resourceVersion, resumes from the last event or
 * bookmark when the watch ends, lists again when the server has forgotten that version. Never rejects; after a failure
 * it waits 800 ms doubling to 10 s, with jitter: a server that is back is seen within seconds.
 */
export class Reflector<T extends KubeObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  /** Where to watch from; undefined means list first. */
  #resourceVersion: string | undefined;
  #listed = false;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const { random = Math.random } = options;
    this.#backoff = new Backoff({ initial: 800, max: 10_000, jitter: 0.5, random });
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let failure: unknown;
      const startedAt = this.#clock.now();
      try {
        if (this.#resourceVersion === undefined) await this.#list(signal);
        await this.#watch(signal);
      } catch (error) {
        failure = error;
      }
      if (signal.aborted) return;
      if (this.#clock.now() - startedAt >= HEALTHY_MS) this.#backoff.reset();
      const gone = failure !== undefined && (isGone(failure) || this.#isRefused(failure));
      if (gone) this.#resourceVersion = undefined;
      this.#report(failure, gone);
      if (gone && this.#backoff.failures === 0) {
        this.#backoff.next();
        continue;
      }
      if (failure === undefined && this.#clock.now() - startedAt >= 1000) continue;
      await this.#clock.sleep(this.#backoff.next(), signal).catch(() => {});
    }
  }

  /** The server answers, but keeps refusing to watch from here (its data was replaced, say). */
  #isRefused(failure: unknown): boolean {
    return failure instanceof StatusError && this.#backoff.failures >= 3;
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, sink, namespace, labelSelector, fieldSelector, transform } = this.#options;
    const { items, resourceVersion } = await client.list({
      namespace,
      ...(labelSelector ? { labelSelector } : {}),
      ...(fieldSelector ? { fieldSelector } : {}),
      ...(this.#listed ? {} : { resourceVersion: '0' }),
      transform,
      signal,
      timeoutMs: LIST_TIMEOUT_MS,
    });
    signal.throwIfAborted();
    sink.replace(items);
    this.#listed = true;
    this.#resourceVersion = resourceVersion;
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { client, namespace, labelSelector, fieldSelector, random = Math.random } = this.#options;
    const events = client.watch({
      namespace,
      ...(labelSelector ? { labelSelector } : {}),
      ...(fieldSelector ? { fieldSelector } : {}),
      resourceVersion: this.#resourceVersion ?? '',
      timeoutSeconds: Math.floor(WATCH_SECONDS * (1 + random())),
      signal,
    });
    for await (const event of events) {
      if (signal.aborted) return;
      this.#apply(event);
    }
  }

  #apply(event: WatchEvent<T>): void {
    if (event.type === 'BOOKMARK') {
      if (event.resourceVersion !== '') this.#resourceVersion = event.resourceVersion;
      return;
    }
    this.#options.sink.apply(event.type, this.#options.transform(event.object));
    this.#resourceVersion = event.object.metadata.resourceVersion ?? this.#resourceVersion;
  }

  #report(failure: unknown, gone: boolean): void {
    if (failure === undefined) return;
    const { log } = this.#options;
    if (gone) log.debug({ err: failure }, 'watch is too old, listing again');
    else if (isConnectionError(failure)) log.warn({ reason: failure.message }, 'list and watch lost the server');
    else log.warn({ err: failure }, 'list and watch failed');
  }
}
