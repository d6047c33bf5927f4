import type { Kind } from '@coxswain/api';
import { Gauge, type Metrics } from '@coxswain/foundation';
import type { ResourceCaches } from '../cache/resource-cache.ts';

/** What the watch caches hold, worked out when somebody asks. */
export function cacheMetrics(registry: Metrics, kinds: readonly Kind[], caches: ResourceCaches): void {
  const stored = kinds.filter((kind) => !kind.storedAs && !kind.virtual);
  const registers = [registry];
  new Gauge({
    name: 'apiserver_storage_objects',
    help: 'Objects in the store by resource',
    labelNames: ['resource'],
    registers,
    collect() {
      for (const kind of stored) {
        const resource = kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
        this.set({ resource }, caches.forKind(kind).size);
      }
    },
  });
  new Gauge({
    name: 'apiserver_watch_cache_resource_version',
    help: 'The revision that the watch cache has come to',
    labelNames: ['group', 'resource'],
    registers,
    collect() {
      for (const kind of stored) this.set({ group: kind.group, resource: kind.plural }, caches.forKind(kind).revision);
    },
  });
}
