import type { Storage } from '../storage/storage.ts';

/** What came in the same turn of the event loop is through then. */
const endOfTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * The store's current revision for many readers at once: one round trip at a time, and each serves everybody who asked
 * before it was sent, at the end of a turn of the event loop. (One sent before a reader asked may miss a write that the reader already knows of.)
 */
export class RevisionGate {
  readonly #storage: Pick<Storage, 'currentRevision'>;
  #running: Promise<unknown> = Promise.resolve();
  #next: Promise<number> | undefined;

  constructor(storage: Pick<Storage, 'currentRevision'>) {
    this.#storage = storage;
  }

  current(signal?: AbortSignal): Promise<number> {
    this.#next ??= this.#schedule();
    return signal ? abortable(this.#next, signal) : this.#next;
  }

  #schedule(): Promise<number> {
    const send = () => {
      this.#next = undefined;
      return this.#storage.currentRevision();
    };
    const next = this.#running.then(endOfTurn).then(send);
    this.#running = next.catch(() => {});
    return next;
  }
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
