/** One state of one object, as far as the checker looks at it. `stamp` is unique to the write that made it. */
export interface Seen {
  /** `namespace/name` */
  readonly key: string;
  readonly revision: number;
  readonly stamp: string;
  /** The label that some watchers select by. */
  readonly color: string;
}

/** What really happened to a key, as etcd itself tells it. `state` is undefined where it was deleted. */
export interface Change {
  readonly key: string;
  readonly revision: number;
  readonly state: Seen | undefined;
}

/** Times are milliseconds of one clock. */
interface Call {
  readonly client: string;
  readonly began: number;
  readonly ended: number;
}

export interface WriteRecord extends Call {
  readonly operation: 'create' | 'update' | 'patch' | 'delete';
  readonly key: string;
  /** '' for deletes. */
  readonly stamp: string;
  /** The revision that the object was to have; undefined for unconditional writes and creates. */
  readonly expected: number | undefined;
  /** `unknown`: no answer, or one that leaves open whether it happened. */
  readonly outcome: 'done' | 'refused' | 'unknown';
  /** Of what was answered; deletes answer none. */
  readonly revision: number | undefined;
}

/** A consistent read (without resourceVersion). */
export type ReadRecord = Call &
  (
    | { readonly type: 'get'; readonly key: string; readonly seen: Seen | undefined }
    | { readonly type: 'list'; readonly revision: number; readonly items: readonly Seen[] }
  );

export type WatchStep =
  /** A list to start from. */
  | { readonly step: 'list'; readonly revision: number; readonly items: readonly Seen[] }
  /** A watch that asked for initial events; those follow, up to a bookmark that says so. */
  | { readonly step: 'stream' }
  /** A watch from a revision on. */
  | { readonly step: 'watch'; readonly revision: number }
  | { readonly step: 'event'; readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly seen: Seen }
  | { readonly step: 'bookmark'; readonly revision: number; readonly initialEventsEnd: boolean };

export interface WatcherRecord {
  readonly name: string;
  /** Only objects of this colour are watched. */
  readonly color: string | undefined;
  readonly steps: readonly WatchStep[];
  /** What the client believes to exist in the end. */
  readonly view: readonly Seen[];
}

export interface History {
  /** In the order of their revisions. */
  readonly changes: readonly Change[];
  readonly writes: readonly WriteRecord[];
  readonly reads: readonly ReadRecord[];
  readonly watchers: readonly WatcherRecord[];
  /** What etcd holds in the end. */
  readonly final: readonly Seen[];
}
