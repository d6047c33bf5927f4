import { type Kind, type KubeObject, objectKey } from '@coxswain/api';
import type { Clock, Logger } from '@coxswain/foundation';
import type { ApiClient } from '../api-client.ts';
import type { IndexFunction, Informer, InformerOptions, Lister, ResourceHandler } from '../informer.ts';

import { IndexedStore } from './indexed-store.ts';
import { Reflector, type ReflectorSink } from './reflector.ts';

export interface InformerDependencies {
  readonly log: Logger;
  readonly clock?: Clock | undefined;
  readonly random?: (() => number) | undefined;
}

/** An informer of its own for one kind; most want `createInformerFactory`, which shares them. */
export function createInformer<T extends KubeObject>(
  client: ApiClient,
  kind: Kind<T>,
  options: InformerOptions<T>,
  dependencies: InformerDependencies,
): Informer<T> {
  return new SharedInformer(client, kind, options, dependencies);
}

class SharedInformer<T extends KubeObject> implements Informer<T>, ReflectorSink<T> {
  readonly kind: Kind<T>;
  readonly #store = new IndexedStore<T>();
  readonly #handlers = new Set<ResourceHandler<T>>();
  readonly #reflector: Reflector<T>;
  readonly #log: Logger;
  #synced = false;
  #onSync: (() => void)[] = [];

  constructor(client: ApiClient, kind: Kind<T>, options: InformerOptions<T>, dependencies: InformerDependencies) {
    this.kind = kind;
    this.#log = dependencies.log.child({ resource: kind.plural });
    for (const [name, index] of Object.entries(options.indexes ?? {})) this.#store.addIndex(name, index);
    const { namespace, labelSelector, fieldSelector, transform = withoutManagedFields } = options;
    const { clock, random } = dependencies;
    this.#reflector = new Reflector<T>({
      client: client.resource(kind),
      sink: this,
      log: this.#log,
      namespace,
      labelSelector,
      fieldSelector,
      transform,
      clock,
      random,
    });
  }

  get lister(): Lister<T> {
    return this.#store;
  }

  get synced(): boolean {
    return this.#synced;
  }

  addHandler(handler: ResourceHandler<T>): () => void {
    const late = this.#store.list();
    this.#handlers.add(handler);
    for (const object of late) this.#guard(() => handler.added?.(object, true));
    return () => this.#handlers.delete(handler);
  }

  addIndex(name: string, index: IndexFunction<T>): void {
    this.#store.addIndex(name, index);
  }

  waitForSync(signal: AbortSignal): Promise<void> {
    if (this.#synced) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#onSync.push(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
    });
  }

  run(signal: AbortSignal): Promise<void> {
    return this.#reflector.run(signal);
  }

  replace(objects: T[]): void {
    const initial = !this.#synced;
    const gone = new Set(this.#store.keys());
    for (const object of objects) {
      gone.delete(objectKey(object));
      this.#upsert(object, initial);
    }
    for (const key of gone) this.#remove(key);
    if (!initial) return;
    this.#synced = true;
    for (const resolve of this.#onSync) resolve();
    this.#onSync = [];
  }

  apply(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T): void {
    if (type === 'DELETED') this.#remove(objectKey(object), object);
    else this.#upsert(object, false);
  }

  #upsert(object: T, initial: boolean): void {
    const old = this.#store.get(objectKey(object));
    if (!old) {
      this.#store.set(object);
      for (const handler of this.#handlers) this.#guard(() => handler.added?.(object, initial));
      return;
    }
    if (isSameRevision(old, object)) return;
    this.#store.set(object);
    if (old.metadata.uid !== object.metadata.uid) {
      for (const handler of this.#handlers) {
        this.#guard(() => handler.deleted?.(old));
        this.#guard(() => handler.added?.(object, false));
      }
      return;
    }
    for (const handler of this.#handlers) this.#guard(() => handler.updated?.(object, old));
  }

  #remove(key: string, last?: T): void {
    const old = this.#store.delete(key);
    if (!old) return;
    for (const handler of this.#handlers) this.#guard(() => handler.deleted?.(last ?? old));
  }

  #guard(call: () => void): void {
    try {
      call();
    } catch (err) {
      this.#log.error({ err }, 'a handler threw');
    }
  }
}

function isSameRevision(a: KubeObject, b: KubeObject): boolean {
  const { uid, resourceVersion } = a.metadata;
  return resourceVersion !== undefined && resourceVersion === b.metadata.resourceVersion && uid === b.metadata.uid;
}

/** Nobody reads them from a cache, and they are often half of an object. A write without them leaves them as they are. */
function withoutManagedFields<T extends KubeObject>(object: T): T {
  if (!object.metadata.managedFields) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
