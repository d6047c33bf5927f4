import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient, WatchedObject } from '../api-client.ts';
import type { Seen, WatcherRecord, WatchStep } from './history.ts';
import { OURS, seenOf } from './objects.ts';
import type { Random } from './random.ts';
import { listAll } from './run-reader.ts';

export interface WatcherOptions {
  readonly name: string;
  readonly client: ApiClient;
  readonly random: Random;
  readonly color?: string | undefined;
  /** Gets its first state from the watch itself (KEP-3157) instead of a list. */
  readonly streams: boolean;
}

const END = 'k8s.io/initial-events-end';

/** A client that keeps up by list and watch as informers do, going from server to server. */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #steps: WatchStep[] = [];
  readonly #view = new Map<string, Seen>();
  #revision: number | undefined;

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  /** How far it has come; 0 before its first list. */
  get revision(): number {
    return this.#revision ?? 0;
  }

  get record(): WatcherRecord {
    const { name, color } = this.#options;
    return { name, color, steps: this.#steps, view: [...this.#view.values()] };
  }

  async run(signal: AbortSignal): Promise<void> {
    const { client, random, streams } = this.#options;
    while (!signal.aborted) {
      if (this.#revision === undefined && !streams) await this.#list();
      if (this.#revision !== undefined || streams) await this.#watch(signal);
      if (random.below(2) === 0) client.next();
      await sleep(20 + random.below(150));
    }
  }

  async #list(): Promise<void> {
    const { client, random } = this.#options;
    const limit = random.below(2) === 0 ? 7 : undefined;
    const list = await listAll(client, limit, undefined, this.#selector());
    if (!list) return;
    this.#begin(list.items, list.revision);
    this.#steps.push({ step: 'list', ...list });
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { client, random } = this.#options;
    const query = new URLSearchParams({ watch: '1', allowWatchBookmarks: 'true', labelSelector: this.#selector() });
    query.set('timeoutSeconds', String(2 + random.below(5)));
    const from = this.#revision;
    let initial: Seen[] | undefined;
    if (from === undefined) {
      query.set('sendInitialEvents', 'true');
      query.set('resourceVersionMatch', 'NotOlderThan');
      initial = [];
    } else query.set('resourceVersion', String(from));
    const opened: WatchStep = from === undefined ? { step: 'stream' } : { step: 'watch', revision: from };
    this.#steps.push(opened);
    // A connection whose server is stopped says nothing at all: it is left after a while.
    const silence = AbortSignal.any([signal, AbortSignal.timeout(8_000)]);
    try {
      for await (const { type, object } of client.watch(`/api/v1/configmaps?${query}`, silence)) {
        if (type === 'ERROR') {
          if (object.code === 410) this.#revision = undefined;
          return;
        }
        if (type === 'BOOKMARK') initial = this.#bookmark(object, initial);
        else this.#event(type as 'ADDED', seenOf(object), initial);
      }
    } catch {
      // No connection: the next try goes elsewhere.
    }
  }

  #bookmark({ metadata }: WatchedObject, initial: Seen[] | undefined): Seen[] | undefined {
    const revision = Number(metadata.resourceVersion);
    const initialEventsEnd = metadata.annotations?.[END] === 'true';
    this.#steps.push({ step: 'bookmark', revision, initialEventsEnd });
    if (initialEventsEnd) this.#begin(initial ?? [], revision);
    else if (!initial) this.#revision = revision;
    return initialEventsEnd ? undefined : initial;
  }

  #event(type: 'ADDED' | 'MODIFIED' | 'DELETED', seen: Seen, initial: Seen[] | undefined): void {
    this.#steps.push({ step: 'event', type, seen });
    if (initial) {
      initial.push(seen);
      return;
    }
    if (type === 'DELETED') this.#view.delete(seen.key);
    else this.#view.set(seen.key, seen);
    this.#revision = seen.revision;
  }

  #begin(items: readonly Seen[], revision: number): void {
    this.#view.clear();
    for (const seen of items) this.#view.set(seen.key, seen);
    this.#revision = revision;
  }

  #selector(): string {
    const { color } = this.#options;
    return color === undefined ? OURS : `${OURS},color=${color}`;
  }
}
