import type { CacheEvent, CompiledScope } from './cache-event.ts';
import type { CacheWatch, WatchEvent } from './resource-cache.ts';
import type { SharedEvent } from './shared-event.ts';
import { WakePacer } from './wake-pacer.ts';

export interface CacheWatcherOptions {
  readonly scope: CompiledScope;
  /** What comes before the live events; read as the reader goes, so it costs no memory of its own. */
  readonly backlog: Iterable<SharedEvent>;
  /** Events after this revision are live. */
  readonly revision: number;
  /** Most live events that may wait for the reader. */
  readonly limit: number;
  /** Called once when the watch has ended, for whatever reason. */
  readonly onEnd: (watcher: CacheWatcher) => void;
}

/** One for all watches of the process: they share its event loop. */
const pacer = new WakePacer();

/** Events of the backlog in one batch at most. */
const BACKLOG_BATCH = 500;

/** One watch: a bounded queue between the cache, which never waits, and one reader. */
export class CacheWatcher implements CacheWatch {
  readonly #options: CacheWatcherOptions;
  #backlog: Iterator<SharedEvent> | undefined;
  #queue: WatchEvent[] = [];
  /** Set while the reader sleeps. */
  #wake: (() => void) | undefined;
  /** Set from when its waking is arranged until it reads. */
  #woken: (() => void) | undefined;
  #ended = false;
  #overflowed = false;

  constructor(options: CacheWatcherOptions) {
    this.#options = options;
    this.#backlog = options.backlog[Symbol.iterator]();
  }

  /** True when the watch ended because its reader was too slow. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** Shows the watcher a change; one that its scope doesn't cover is nothing. */
  offer(event: CacheEvent): void {
    if (event.revision <= this.#options.revision) return;
    const view = event.view(this.#options.scope);
    if (view) this.push(view);
  }

  push(event: WatchEvent): void {
    if (this.#ended) return;
    if (this.#queue.length >= this.#options.limit) {
      this.#overflowed = true;
      this.#queue = [];
      this.#backlog = undefined;
      this.end();
      return;
    }
    this.#queue.push(event);
    const wake = this.#wake;
    if (!wake) return;
    // The reader is told of further events only after it has slept again.
    this.#wake = undefined;
    this.#woken = wake;
    pacer.add(wake);
  }

  /** Ends the watch after what is queued. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    (this.#wake ?? this.#woken)?.();
    this.#options.onEnd(this);
  }

  [Symbol.asyncIterator](): AsyncIterator<readonly WatchEvent[]> {
    return {
      next: () => new Promise((resolve) => this.#read(resolve)),
      return: async () => {
        this.#queue = [];
        this.#backlog = undefined;
        this.end();
        return { value: undefined, done: true };
      },
    };
  }

  /** Gives the next batch, or the end, as soon as there is one. */
  #read(give: (result: IteratorResult<readonly WatchEvent[]>) => void): void {
    const batch = this.#take();
    if (batch.length > 0 || this.#ended) {
      give(batch.length > 0 ? { value: batch, done: false } : { value: undefined, done: true });
      return;
    }
    const wake = () => {
      // The end wakes at once a reader whose waking is arranged already.
      if (this.#wake !== wake && this.#woken !== wake) return;
      this.#wake = undefined;
      this.#woken = undefined;
      this.#read(give);
    };
    this.#wake = wake;
  }

  #take(): WatchEvent[] {
    if (this.#backlog) {
      const batch: WatchEvent[] = [];
      while (batch.length < BACKLOG_BATCH) {
        const next = this.#backlog.next();
        if (next.done) {
          this.#backlog = undefined;
          break;
        }
        batch.push(next.value);
      }
      if (batch.length > 0) return batch;
    }
    const batch = this.#queue;
    this.#queue = [];
    return batch;
  }
}
