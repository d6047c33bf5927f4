import type { KubeObject } from '@coxswain/api';
import type { Written } from './pending-writes.ts';

/** One revision of one object, as every reader shares it. Never written to. */
export interface CacheEntry {
  /** Order of lists and subject of continue tokens: `namespace/name`, or `name` when cluster-scoped. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly revision: number;
  /** The object's whole JSON, kind and apiVersion first, metadata.resourceVersion in place. Write it as it is. */
  readonly bytes: Buffer;
  readonly labels: Readonly<Record<string, string>>;
  /** Values of the kind's field selectors, metadata.name and metadata.namespace included. */
  readonly fields: Readonly<Record<string, string>>;
  /** The parsed object, with resourceVersion; parsed when first asked for and kept while memory allows. Read-only. */
  readonly object: Readonly<KubeObject>;
  /** The parsed object for a glance: perhaps without managedFields, which are more than half of many, and not kept. */
  readonly brief: Readonly<KubeObject>;
  /** The part of `bytes` that is the metadata's value. */
  readonly metadataBytes: Buffer;
}

/** True for entries that a list or watch shows. Pure, and cheap: it runs for every entry. */
export type EntryPredicate = (entry: CacheEntry) => boolean;

export interface ReadScope {
  /** Only this namespace; all of them (or a cluster-scoped kind) unless given. */
  readonly namespace?: string | undefined;
  /** Only this object (fieldSelector metadata.name=…). */
  readonly name?: string | undefined;
  /** Label and field selectors. */
  readonly predicate?: EntryPredicate | undefined;
}

export interface CacheListQuery extends ReadScope {
  /** Most entries in the page; all unless given. */
  readonly limit?: number | undefined;
  /** The page starts after this key (a page's `next`). */
  readonly after?: string | undefined;
  /** The state at this older revision, for the pages of one list; the newest state unless given. */
  readonly atRevision?: number | undefined;
}

/** A list at one revision of the past. */
export interface PastQuery extends CacheListQuery {
  readonly atRevision: number;
}

export type CacheListResult =
  | {
      readonly outcome: 'page';
      readonly entries: readonly CacheEntry[];
      /** The revision that the list shows (the list's metadata.resourceVersion). */
      readonly revision: number;
      /** Key of the last entry when more follow, for the continue token. */
      readonly next: string | undefined;
      /** How many follow this page; undefined with a predicate, as upstream leaves it out then. */
      readonly remaining: number | undefined;
    }
  /** `atRevision` is older than the cache remembers: 410 Expired. */
  | { readonly outcome: 'expired' };

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';

/** How a watch's events look on the wire. Encodings with the same id share their frames. */
export interface WatchEncoding {
  readonly id: string;
  /** One frame, separator included: `{"type":"ADDED","object":{…}}\n`. */
  frame(type: Exclude<WatchEventType, 'BOOKMARK'>, entry: CacheEntry): Buffer;
  /** `initialEventsEnd` annotates it k8s.io/initial-events-end. */
  bookmark(revision: number, initialEventsEnd: boolean): Buffer;
}

/** One event as one watcher sees it; the same instance goes to all who see it so. */
export interface WatchEvent {
  readonly type: WatchEventType;
  readonly revision: number;
  /** Undefined for bookmarks. Of a DELETED: the last state with the deletion's resourceVersion. */
  readonly entry: CacheEntry | undefined;
  /** The frame, encoded once per encoding and shared. */
  frame(encoding: WatchEncoding): Buffer;
}

export interface CacheWatchOptions extends ReadScope {
  /**
   * `after`: events with a greater revision, 410 when that is too old. `initial`: ADDED for all there is, then events.
   * `now`: events from now on.
   */
  readonly start: { readonly after: number } | 'initial' | 'now';
  /** Bookmarks about once a minute and shortly before `timeoutMs` ends the watch. */
  readonly bookmarks?: boolean | undefined;
  /** Streaming list: with `initial`, a bookmark annotated k8s.io/initial-events-end follows the initial events. */
  readonly initialEventsEnd?: boolean | undefined;
  /** The watch ends by itself after so many milliseconds. */
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * The stream of one watcher: batches of one or more events, everything that came since the last one was taken. Ends
 * when its signal aborts, its time is up, or it has fallen too far behind; the client then watches again. One reader.
 */
export type CacheWatch = AsyncIterable<readonly WatchEvent[]>;

export type CacheWatchResult =
  | { readonly outcome: 'watching'; readonly watch: CacheWatch }
  /** 410 Expired; `message` is upstream's "too old resource version: 5 (9)". */
  | { readonly outcome: 'expired'; readonly message: string };

export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Longest wait in milliseconds; 3000 unless given, as upstream. */
  readonly timeoutMs?: number | undefined;
}

/** `too-new`: the revision did not come in time; upstream answers 504 "Too large resource version". */
export type WaitResult = { readonly outcome: 'reached' } | { readonly outcome: 'too-new'; readonly current: number };

/** Call exactly one of the two. */
export interface AnnouncedWrite {
  /** It is stored at this revision. Gives the object's bytes with it, or undefined where the value is of another kind. */
  stored(revision: number): Buffer | undefined;
  /** It is not stored, or nobody knows. */
  failed(): void;
}

/** The newest state of one resource and its recent past. Everything synchronous in it is one consistent moment. */
export interface ResourceCache {
  /** All writes of the store up to here are applied (also those of other resources). */
  readonly revision: number;
  readonly size: number;
  /** Resolves once the state is at least as new as `revision`. */
  waitForRevision(revision: number, options?: WaitOptions): Promise<WaitResult>;
  get(namespace: string, name: string): CacheEntry | undefined;
  /**
   * Tells what this server is about to store, so that the store's event for it need not be read again. Nothing of
   * `written` may change any more.
   */
  announce(written: Written): AnnouncedWrite;
  list(query: CacheListQuery): CacheListResult;
  /** As `list`, from the store: for what is older than the cache remembers. Throws `StorageUnavailable`. */
  listPast(query: PastQuery, signal?: AbortSignal): Promise<CacheListResult>;
  watch(options: CacheWatchOptions): CacheWatchResult;
}

/** The caches of all kinds behind one etcd watch. Kinds that share their storage share their cache. */
export interface ResourceCaches {
  /** False until everything was listed once; reads before throw `StorageUnavailable`. */
  readonly ready: boolean;
  waitUntilReady(signal: AbortSignal): Promise<void>;
  forKind(kind: { readonly group: string; readonly plural: string }): ResourceCache;
  /**
   * The revision that a consistent read has to wait for: the store's newest at some moment after the call. Concurrent
   * callers share one round trip. Throws `StorageUnavailable`.
   */
  currentRevision(signal?: AbortSignal): Promise<number>;
}
