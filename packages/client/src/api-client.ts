import type { Kind, KubeObject } from '@coxswain/api';

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds for the whole request; 30 s unless given. Watches have none. */
  readonly timeoutMs?: number;
}

export interface Namespaced {
  /** Required for one object of a namespaced kind; leaving it out of a list or watch means all namespaces. */
  readonly namespace?: string | undefined;
}

export interface ListOptions extends RequestOptions, Namespaced {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  /** '' or left out: consistent read; '0': whatever the cache has. */
  readonly resourceVersion?: string;
}

export interface Transformed<T> {
  /** What to keep of each object, called as it arrives, so that a long list needs no more memory than what is kept. */
  readonly transform?: ((object: T) => T) | undefined;
}

export interface WatchOptions extends RequestOptions, Namespaced {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  readonly timeoutSeconds?: number;
  /** True unless given. */
  readonly allowWatchBookmarks?: boolean;
}

export interface WriteOptions extends RequestOptions, Namespaced {
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
  /** With an apply patch: take fields over from other managers. */
  readonly force?: boolean;
}

export interface DeleteOptionsInput extends RequestOptions, Namespaced {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export interface Patch {
  readonly type: PatchType;
  /** A JSON patch's operations, or the merge document. */
  readonly body: unknown;
}

export interface ListResult<T> {
  readonly items: T[];
  readonly resourceVersion: string;
  readonly continue?: string | undefined;
}

export type WatchEvent<T> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

/**
 * The verbs on one kind. All reject with a `StatusError` when the server answers one, and with a `ConnectionError`
 * when there is no answer.
 */
export interface ResourceClient<T extends KubeObject> {
  get(name: string, options?: RequestOptions & Namespaced & { readonly resourceVersion?: string }): Promise<T>;
  list(options?: ListOptions & Transformed<T>): Promise<ListResult<T>>;
  /** Ends when the server closes the stream; throws a StatusError (410 and others) sent as an ERROR event. */
  watch(options?: WatchOptions): AsyncIterable<WatchEvent<T>>;
  /** The namespace is the object's own. */
  create(object: T, options?: Omit<WriteOptions, 'namespace'>): Promise<T>;
  update(object: T, options?: Omit<WriteOptions, 'namespace'>): Promise<T>;
  updateStatus(object: T, options?: Omit<WriteOptions, 'namespace'>): Promise<T>;
  patch(name: string, patch: Patch, options?: WriteOptions & { readonly subresource?: string }): Promise<T>;
  /** Resolves with what the server answered: the object (still there) or a Status. */
  delete(name: string, options?: DeleteOptionsInput): Promise<unknown>;
  deleteCollection(options?: ListOptions & DeleteOptionsInput): Promise<void>;
  /** POST of a subresource such as `binding`, `eviction`, `token`. */
  createSubresource(name: string, subresource: string, body: unknown, options?: WriteOptions): Promise<unknown>;
}

/** A connection to one apiserver: keep-alive HTTPS, JSON bodies. */
export interface ApiClient {
  readonly server: string;
  resource<T extends KubeObject>(kind: Kind<T>): ResourceClient<T>;
  /** Verbs on a kind known only by discovery. */
  dynamic(resource: DynamicResource): ResourceClient<KubeObject>;
  /** Any request; resolves with the parsed JSON (or text) of a 2xx answer. */
  request(method: string, path: string, options?: RawRequestOptions): Promise<unknown>;
  /** The body of a 2xx answer as it arrives (logs, watches of tables). */
  stream(path: string, options?: StreamOptions): AsyncIterable<Buffer>;
  close(): void;
}

export interface StreamOptions extends RequestOptions {
  readonly accept?: string;
  /** Milliseconds of silence after which the stream fails; 5 minutes unless given, 0 for as long as it takes. */
  readonly idleMs?: number;
}

export interface DynamicResource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface RawRequestOptions extends RequestOptions {
  readonly body?: string | Buffer;
  readonly contentType?: string;
  readonly accept?: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
}
