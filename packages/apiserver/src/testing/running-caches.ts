import { silentLogger } from '@coxswain/foundation';
import type { ResourceCache } from '../cache/resource-cache.ts';
import { WatchCaches, type WatchCachesOptions } from '../cache/watch-caches.ts';
import type { Storage } from '../storage/storage.ts';
import { configMaps, pods } from './sample-objects.ts';

export interface RunningCaches extends AsyncDisposable {
  readonly caches: WatchCaches;
  readonly configMaps: ResourceCache;
  /** The config maps' cache, as new as the store. */
  consistent(): Promise<ResourceCache>;
}

/** Caches of config maps and pods, filled and fed until disposed. */
export async function startCaches(storage: Storage, options: Partial<WatchCachesOptions> = {}): Promise<RunningCaches> {
  const controller = new AbortController();
  const caches = new WatchCaches({ storage, kinds: [configMaps, pods], log: silentLogger(), ...options });
  const done = caches.run(controller.signal);
  await caches.waitUntilReady(AbortSignal.timeout(20_000));
  const cache = caches.forKind(configMaps);
  return {
    caches,
    configMaps: cache,
    async consistent() {
      const waited = await cache.waitForRevision(await caches.currentRevision(), { timeoutMs: 20_000 });
      if (waited.outcome !== 'reached') throw new Error('the cache did not catch up');
      return cache;
    },
    async [Symbol.asyncDispose]() {
      controller.abort();
      await done;
    },
  };
}
