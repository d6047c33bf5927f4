import type { Kind, KubeObject } from '@coxswain/api';
import type { ResourceCaches } from '../cache/resource-cache.ts';
import type { ObjectStore } from '../registry/object-store.ts';

/** What plugins look up to judge a write. Read-only objects. */
export interface ClusterObjects {
  /** What the cache does not know may be in the store. */
  get<T>(kind: object, namespace: string, name: string): Promise<T | undefined>;
  /** As the cache knows them; `namespace` is '' for all. */
  list<T>(kind: object, namespace: string): readonly T[];
}

export function clusterObjects(store: ObjectStore, caches: ResourceCaches): ClusterObjects {
  return {
    async get<T>(kind: object, namespace: string, name: string) {
      const found = store.cached(kind as Kind, namespace, name) ?? (await store.fresh(kind as Kind, namespace, name));
      return found?.object as unknown as T | undefined;
    },
    list<T>(kind: object, namespace: string) {
      const page = caches.forKind(kind as Kind).list(namespace === '' ? {} : { namespace });
      return page.outcome === 'page' ? page.entries.map(({ object }) => object as KubeObject as unknown as T) : [];
    },
  };
}
