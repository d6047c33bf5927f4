/** One key as the store holds it. Revisions are etcd's mod_revision; they fit a double. */
export interface StoredValue {
  readonly key: string;
  /** The object's JSON without metadata.resourceVersion (see `encodeStored`). */
  readonly value: Buffer;
  readonly revision: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface CreateOptions extends CallOptions {
  /** Seconds after which the store deletes the key by itself; it may live up to a minute longer (shared leases). */
  readonly timeToLive?: number | undefined;
}

export type CreateResult =
  | { readonly outcome: 'created'; readonly revision: number }
  | { readonly outcome: 'exists'; readonly current: StoredValue };

/** `conflict` carries what the key holds now, so that a retry costs no extra read. */
export type UpdateResult =
  | { readonly outcome: 'updated'; readonly revision: number }
  | { readonly outcome: 'conflict'; readonly current: StoredValue }
  | { readonly outcome: 'not-found'; readonly revision: number };

export type DeleteResult =
  | { readonly outcome: 'deleted'; readonly revision: number }
  | { readonly outcome: 'conflict'; readonly current: StoredValue }
  | { readonly outcome: 'not-found'; readonly revision: number };

export interface ListOptions extends CallOptions {
  /** Most keys in the page; 500 unless given. */
  readonly limit?: number | undefined;
  /** First key of the page, inclusive; the prefix itself unless given. For the page after `k` pass `k + '\0'`. */
  readonly fromKey?: string | undefined;
  /** Read the state at this revision; the newest unless given. */
  readonly revision?: number | undefined;
}

export type ListResult =
  | {
      readonly outcome: 'page';
      /** In the order of their keys. */
      readonly items: readonly StoredValue[];
      /** The revision that the page shows; give it back as `revision` for the following pages. */
      readonly revision: number;
      readonly more: boolean;
      /** Keys from `fromKey` to the end of the prefix, this page included. */
      readonly count: number;
    }
  | { readonly outcome: 'compacted' }
  | { readonly outcome: 'future' };

export interface StorageEvent {
  readonly type: 'put' | 'delete';
  readonly key: string;
  /** What was put; undefined on delete. */
  readonly value: Buffer | undefined;
  readonly revision: number;
}

/** All events of one or more whole revisions. `revision` counts every write of the store, also those outside the prefix. */
export type WatchBatch =
  | { readonly outcome: 'events'; readonly events: readonly StorageEvent[]; readonly revision: number }
  | { readonly outcome: 'compacted'; readonly compactRevision: number };

/**
 * The one door to the database. Expected outcomes are returned; a store that can't be reached or doesn't answer within
 * its time-out throws `StorageUnavailable`, an aborted signal throws its reason. After `StorageUnavailable` a write may
 * or may not have happened. Safe for any number of concurrent callers and apiservers.
 */
export interface Storage {
  /** Puts the key if it is absent. */
  create(key: string, value: Buffer, options?: CreateOptions): Promise<CreateResult>;
  get(key: string, options?: CallOptions): Promise<StoredValue | undefined>;
  /** One page of the keys that start with `prefix`. */
  list(prefix: string, options?: ListOptions): Promise<ListResult>;
  /** Puts the key if its revision is `expected`. Keeps the key's lease unless `timeToLive` is given. */
  update(key: string, expected: number, value: Buffer, options?: CreateOptions): Promise<UpdateResult>;
  /** Deletes the key if its revision is `expected`. */
  delete(key: string, expected: number, options?: CallOptions): Promise<DeleteResult>;
  /** The newest revision of the store, linearizable. */
  currentRevision(options?: CallOptions): Promise<number>;
  /**
   * Every change of keys under `prefix` from revision `from` (inclusive), in order, without gap or repeat, until the
   * signal aborts (the iteration ends) or the connection is lost (throws `StorageUnavailable`). A batch with no events
   * says that the store has advanced elsewhere. After a `compacted` batch it ends: list again.
   */
  watch(prefix: string, from: number, signal: AbortSignal): AsyncIterable<WatchBatch>;
  /** Forgets revisions before `revision`; reads and watches from before it answer `compacted`. */
  compact(revision: number, options?: CallOptions): Promise<void>;
  /** Throws unless the store answers a linearizable read. */
  ping(options?: CallOptions): Promise<void>;
  close(): void;
}

/** The store could not be reached, lost its leader or did not answer in time; a later try may work. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable';
}

/** The store refuses writes because its space quota is used up (etcd's NOSPACE alarm). */
export class StorageNoSpace extends Error {
  override readonly name = 'StorageNoSpace';
}
