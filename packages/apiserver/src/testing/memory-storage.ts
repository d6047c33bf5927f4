import { AsyncQueue } from '@coxswain/foundation';
import {
  type CallOptions,
  type CreateOptions,
  type CreateResult,
  type DeleteResult,
  type ListOptions,
  type ListResult,
  type Storage,
  type StorageEvent,
  StorageUnavailable,
  type StoredValue,
  type UpdateResult,
  type WatchBatch,
} from '../storage/storage.ts';

interface MemoryWatch {
  readonly prefix: string;
  readonly queue: AsyncQueue<WatchBatch>;
}

/** A `Storage` in memory for tests, with the revisions, compaction and failures of the real one. */
export class MemoryStorage implements Storage {
  #revision = 1;
  #compacted = 0;
  #log: StorageEvent[] = [];
  readonly #state = new Map<string, StoredValue>();
  readonly #watches = new Set<MemoryWatch>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #down = false;

  /** From now on every call and watch fails with `StorageUnavailable`, until `connect`. */
  disconnect(): void {
    this.#down = true;
    this.breakWatches();
  }

  connect(): void {
    this.#down = false;
  }

  /** Ends the running watches as a lost connection does. */
  breakWatches(): void {
    for (const { queue } of this.#watches) queue.close(new StorageUnavailable('watch broken'));
    this.#watches.clear();
  }

  async create(key: string, value: Buffer, options: CreateOptions = {}): Promise<CreateResult> {
    await this.#begin(options);
    const current = this.#state.get(key);
    if (current) return { outcome: 'exists', current };
    const revision = this.#put(key, value);
    const { timeToLive } = options;
    if (timeToLive !== undefined) {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        if (this.#state.has(key)) this.#remove(key);
      }, timeToLive * 1000);
      this.#timers.add(timer);
    }
    return { outcome: 'created', revision };
  }

  async get(key: string, options: CallOptions = {}): Promise<StoredValue | undefined> {
    await this.#begin(options);
    return this.#state.get(key);
  }

  async list(prefix: string, options: ListOptions = {}): Promise<ListResult> {
    await this.#begin(options);
    const { limit = 500, fromKey = prefix, revision = this.#revision } = options;
    if (revision < this.#compacted) return { outcome: 'compacted' };
    if (revision > this.#revision) return { outcome: 'future' };
    const state = revision === this.#revision ? this.#state : this.#stateAt(revision);
    const all = [...state.values()]
      .filter(({ key }) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), Buffer.from(fromKey)) >= 0)
      .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
    const items = all.slice(0, limit);
    return { outcome: 'page', items, revision, more: all.length > items.length, count: all.length };
  }

  async update(key: string, expected: number, value: Buffer, options: CreateOptions = {}): Promise<UpdateResult> {
    await this.#begin(options);
    const current = this.#state.get(key);
    if (!current) return { outcome: 'not-found', revision: this.#revision };
    if (current.revision !== expected) return { outcome: 'conflict', current };
    return { outcome: 'updated', revision: this.#put(key, value) };
  }

  async delete(key: string, expected: number, options: CallOptions = {}): Promise<DeleteResult> {
    await this.#begin(options);
    const current = this.#state.get(key);
    if (!current) return { outcome: 'not-found', revision: this.#revision };
    if (current.revision !== expected) return { outcome: 'conflict', current };
    return { outcome: 'deleted', revision: this.#remove(key) };
  }

  async currentRevision(options: CallOptions = {}): Promise<number> {
    await this.#begin(options);
    return this.#revision;
  }

  async *watch(prefix: string, from: number, signal: AbortSignal): AsyncGenerator<WatchBatch> {
    if (signal.aborted) return;
    await this.#begin({});
    if (from <= this.#compacted) {
      yield { outcome: 'compacted', compactRevision: this.#compacted };
      return;
    }
    const watch: MemoryWatch = { prefix, queue: new AsyncQueue(Number.POSITIVE_INFINITY) };
    for (const event of this.#log) if (event.revision >= from) push(watch, event);
    this.#watches.add(watch);
    const onAbort = () => watch.queue.close();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      yield* watch.queue;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#watches.delete(watch);
    }
  }

  async compact(revision: number, options: CallOptions = {}): Promise<void> {
    await this.#begin(options);
    if (revision <= this.#compacted) return;
    const state = this.#stateAt(revision);
    this.#compacted = revision;
    // The state at the compacted revision stays readable: keep it as the first events of the log.
    const base = [...state.values()].map(({ key, value, revision: at }) => {
      return { type: 'put', key, value, revision: at } satisfies StorageEvent;
    });
    this.#log = [...base, ...this.#log.filter((event) => event.revision > revision)];
  }

  async ping(options: CallOptions = {}): Promise<void> {
    await this.#begin(options);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.disconnect();
  }

  async #begin({ signal }: CallOptions): Promise<void> {
    signal?.throwIfAborted();
    await Promise.resolve();
    if (this.#down) throw new StorageUnavailable('storage is disconnected');
  }

  #put(key: string, value: Buffer): number {
    const revision = ++this.#revision;
    this.#state.set(key, { key, value, revision });
    this.#record({ type: 'put', key, value, revision });
    return revision;
  }

  #remove(key: string): number {
    const revision = ++this.#revision;
    this.#state.delete(key);
    this.#record({ type: 'delete', key, value: undefined, revision });
    return revision;
  }

  #record(event: StorageEvent): void {
    this.#log.push(event);
    for (const watch of this.#watches) push(watch, event);
  }

  #stateAt(revision: number): Map<string, StoredValue> {
    const state = new Map<string, StoredValue>();
    for (const { key, value, revision: at } of this.#log) {
      if (at > revision) break;
      if (value) state.set(key, { key, value, revision: at });
      else state.delete(key);
    }
    return state;
  }
}

function push({ prefix, queue }: MemoryWatch, event: StorageEvent): void {
  const events = event.key.startsWith(prefix) ? [event] : [];
  queue.push({ outcome: 'events', events, revision: event.revision });
}
