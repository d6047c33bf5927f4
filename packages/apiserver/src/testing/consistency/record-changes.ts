import { setTimeout as sleep } from 'node:timers/promises';
import type { Storage } from '../../storage/storage.ts';
import type { Change, Seen } from './history.ts';
import { seenOf } from './objects.ts';

const PREFIX = '/registry/configmaps/';

/** Takes down what etcd itself says happens to the test's objects, from `start` on. Compact no further than `revision`. */
export class ChangeRecorder {
  readonly changes: Change[] = [];
  readonly #storage: Storage;
  #revision: number;

  constructor(storage: Storage, start: number) {
    this.#storage = storage;
    this.#revision = start;
  }

  get revision(): number {
    return this.#revision;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const batch of this.#storage.watch(PREFIX, this.#revision + 1, signal)) {
          if (batch.outcome === 'compacted') throw new Error('the recorder was overtaken by compaction');
          for (const { key, value, revision } of batch.events) this.#add(key, value, revision);
          this.#revision = batch.revision;
        }
      } catch {
        await sleep(50);
      }
    }
  }

  #add(fullKey: string, value: Buffer | undefined, revision: number): void {
    const key = fullKey.slice(PREFIX.length);
    const state = value && storedState(value, revision);
    if (state === null || (!state && !this.changes.some((change) => change.key === key))) return;
    this.changes.push({ key, revision, state });
  }
}

/** What etcd holds of the test's objects. */
export async function storedObjects(storage: Storage): Promise<Seen[]> {
  const page = await storage.list(PREFIX, { limit: 1000 });
  if (page.outcome !== 'page') throw new Error(`list of etcd: ${page.outcome}`);
  return page.items.flatMap(({ value, revision }) => storedState(value, revision) ?? []);
}

/** Null for objects that are not the test's. */
function storedState(value: Buffer, revision: number): Seen | null {
  const object = JSON.parse(value.toString('utf8'));
  if (object.metadata.labels?.consistency !== 'test') return null;
  return { ...seenOf(object), revision };
}
