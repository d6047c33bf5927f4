/** What `push` did: `overflow` means that the queue is full and was closed with an `OverflowError`. */
export type PushResult = 'queued' | 'overflow' | 'closed';

export class OverflowError extends Error {
  override readonly name = 'OverflowError';
}

/**
 * The one stream primitive: a bounded queue written with `push` and read as an async iterable by one reader.
 * It never blocks the writer; when the reader falls more than `limit` items behind, the stream ends with an
 * `OverflowError` and the reader has to start over (as a slow watcher does).
 */
export class AsyncQueue<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #head = 0;
  #waiting: { resolve(result: IteratorResult<T>): void; reject(error: unknown): void } | undefined;
  #closed = false;
  #error: unknown;
  readonly #limit: number;

  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#items.length - this.#head;
  }

  get closed(): boolean {
    return this.#closed;
  }

  push(item: T): PushResult {
    if (this.#closed) return 'closed';
    if (this.#waiting) {
      const { resolve } = this.#waiting;
      this.#waiting = undefined;
      resolve({ value: item, done: false });
      return 'queued';
    }
    if (this.size >= this.#limit) {
      this.close(new OverflowError(`reader is more than ${this.#limit} items behind`));
      return 'overflow';
    }
    this.#items.push(item);
    return 'queued';
  }

  /** Ends the stream after what is queued; with an error the reader gets it thrown then. */
  close(error?: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#error = error;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) {
      if (error === undefined) waiting.resolve({ value: undefined, done: true });
      else {
        this.#error = undefined;
        waiting.reject(error);
      }
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return {
      next: () => this.#next(),
      return: async () => {
        this.#items = [];
        this.#head = 0;
        this.close();
        return { value: undefined, done: true };
      },
    };
  }

  #next(): Promise<IteratorResult<T>> {
    if (this.#head < this.#items.length) {
      const value = this.#items[this.#head] as T;
      this.#items[this.#head] = undefined as T;
      this.#head++;
      if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
        this.#items = this.#items.slice(this.#head);
        this.#head = 0;
      }
      return Promise.resolve({ value, done: false });
    }
    if (this.#error !== undefined) {
      const error = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#closed) return Promise.resolve({ value: undefined, done: true });
    if (this.#waiting) return Promise.reject(new Error('AsyncQueue has one reader'));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }
}
