import { deepCopy, type KubeObject, newResourceExpired, objectKey } from '@coxswain/api';
import { AsyncQueue } from '@coxswain/foundation';
import type { WatchEvent } from '../api-client.ts';

import { deepFreeze } from './deep-freeze.ts';

interface Change {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  readonly old: KubeObject | undefined;
}

interface Watcher {
  readonly resource: string;
  readonly selects: (object: KubeObject) => boolean;
  readonly queue: AsyncQueue<WatchEvent<KubeObject>>;
}

/** What etcd and the watch cache are to the real server: revisions, history, watchers. Holds frozen objects. */
export class FakeStore {
  readonly #resources = new Map<string, Map<string, KubeObject>>();
  readonly #watchers = new Set<Watcher>();
  #history: (Change & { readonly resource: string })[] = [];
  #compacted = 0;
  #revision = 1;

  get revision(): number {
    return this.#revision;
  }

  get(resource: string, key: string): KubeObject | undefined {
    return this.#resources.get(resource)?.get(key);
  }

  list(resource: string): KubeObject[] {
    return [...(this.#resources.get(resource)?.values() ?? [])];
  }

  /** Stores a copy under the next revision and tells the watchers. */
  put(resource: string, object: KubeObject): KubeObject {
    const revision = ++this.#revision;
    const stored = deepCopy(object);
    stored.metadata.resourceVersion = String(revision);
    deepFreeze(stored);
    const objects = this.#resources.get(resource) ?? new Map<string, KubeObject>();
    this.#resources.set(resource, objects);
    const key = objectKey(stored);
    const old = objects.get(key);
    objects.set(key, stored);
    this.#publish(resource, { revision, type: old ? 'MODIFIED' : 'ADDED', object: stored, old });
    return stored;
  }

  remove(resource: string, key: string): KubeObject | undefined {
    const objects = this.#resources.get(resource);
    const old = objects?.get(key);
    if (!objects || !old) return undefined;
    objects.delete(key);
    const revision = ++this.#revision;
    const last = deepCopy(old);
    last.metadata.resourceVersion = String(revision);
    this.#publish(resource, { revision, type: 'DELETED', object: deepFreeze(last), old });
    return last;
  }

  /** @param from a resourceVersion; '' or '0' begins with what is there */
  watch(
    resource: string,
    from: string,
    selects: (object: KubeObject) => boolean,
    signal: AbortSignal | undefined,
  ): AsyncIterable<WatchEvent<KubeObject>> {
    const watcher: Watcher = { resource, selects, queue: new AsyncQueue() };
    if (from === '' || from === '0') {
      for (const object of this.list(resource)) if (selects(object)) watcher.queue.push({ type: 'ADDED', object });
    } else {
      if (Number(from) < this.#compacted)
        throw newResourceExpired(`too old resource version: ${from} (${this.#compacted})`);
      for (const change of this.#history)
        if (change.resource === resource && change.revision > Number(from)) tell(watcher, change);
    }
    this.#watchers.add(watcher);
    const end = () => watcher.queue.close();
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();
    return this.#read(watcher);
  }

  async *#read(watcher: Watcher): AsyncGenerator<WatchEvent<KubeObject>> {
    try {
      yield* watcher.queue;
    } finally {
      this.#watchers.delete(watcher);
    }
  }

  /** Forgets history: a watch from an earlier revision answers 410. */
  compact(): void {
    this.#compacted = this.#revision;
    this.#history = [];
  }

  /** Ends all watches, with an error if one is given. */
  endWatches(error?: unknown): void {
    for (const watcher of this.#watchers) watcher.queue.close(error);
    this.#watchers.clear();
  }

  /** Sends every watcher a bookmark of the current revision. */
  bookmark(): void {
    for (const { queue } of this.#watchers) queue.push({ type: 'BOOKMARK', resourceVersion: String(this.#revision) });
  }

  get watching(): number {
    return this.#watchers.size;
  }

  #publish(resource: string, change: Change): void {
    this.#history.push({ ...change, resource });
    for (const watcher of this.#watchers) if (watcher.resource === resource) tell(watcher, change);
  }
}

/** A change as one watcher sees it: leaving its selection is a deletion, entering it an addition. */
function tell({ selects, queue }: Watcher, { type, object, old }: Change): void {
  const before = old !== undefined && selects(old);
  const after = type !== 'DELETED' && selects(object);
  if (after) queue.push({ type: before ? 'MODIFIED' : 'ADDED', object });
  else if (before) queue.push({ type: 'DELETED', object });
}
