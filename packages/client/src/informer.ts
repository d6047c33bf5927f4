import type { Kind, KubeObject } from '@coxswain/api';

/** Read-only view of an informer's cache. Objects are shared: never change them. */
export interface Lister<T extends KubeObject> {
  /** By `namespace/name`, or `name` for cluster-scoped kinds. */
  get(key: string): T | undefined;
  list(): T[];
  byNamespace(namespace: string): T[];
  /** Objects under `value` of a named index given to the informer. */
  byIndex(index: string, value: string): T[];
}

export interface ResourceHandler<T> {
  /** `initial` is true for objects of the first list. */
  added?(object: T, initial: boolean): void;
  updated?(object: T, old: T): void;
  deleted?(object: T): void;
}

export type IndexFunction<T> = (object: T) => readonly string[];

export interface InformerOptions<T> {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly indexes?: Readonly<Record<string, IndexFunction<T>>>;
  /**
   * What to keep of each object; upstream's SetTransform. It must keep name, namespace, uid and resourceVersion and leave
   * what it was given as it is. Without it all but metadata.managedFields is kept.
   */
  readonly transform?: (object: T) => T;
}

/** A cache of one kind kept true by list and watch. */
export interface Informer<T extends KubeObject> {
  readonly kind: Kind<T>;
  readonly lister: Lister<T>;
  readonly synced: boolean;
  /** Handlers run synchronously in the order of events; a late one gets `added` for what is cached. Returns its removal. */
  addHandler(handler: ResourceHandler<T>): () => void;
  addIndex(name: string, index: IndexFunction<T>): void;
  waitForSync(signal: AbortSignal): Promise<void>;
  /** Lists and watches until the signal aborts; never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

/** One informer a kind (and selector), shared by all that ask. */
export interface InformerFactory {
  for<T extends KubeObject>(kind: Kind<T>, options?: InformerOptions<T>): Informer<T>;
  /** Starts those that aren't running yet. */
  start(signal: AbortSignal): void;
  waitForSync(signal: AbortSignal): Promise<void>;
}
