import { isNotFound, type Kind, type KubeObject } from '@coxswain/api';
import { type ApiClient, createInformer, type Informer } from '@coxswain/client';
import { type Clock, childController, type Logger, systemClock } from '@coxswain/foundation';

export interface ObjectWatchesOptions {
  readonly client: ApiClient;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Objects that have a watch of their own, each a connection; 64 unless given. Others are asked for now and then. */
  readonly maxWatches?: number;
  /** Milliseconds that an answer about an object without a watch is good for; 60 s unless given. */
  readonly pollMs?: number;
  /** Milliseconds to wait for an object's first list; 10 s unless given. */
  readonly syncTimeoutMs?: number;
  readonly random?: () => number;
}

/** One user's hold on an object. */
export interface ObjectHold<T extends KubeObject> {
  /** The object as last known, undefined when it doesn't exist. @throws when the API doesn't say */
  get(): Promise<T | undefined>;
  release(): void;
}

interface Entry {
  readonly kind: Kind<KubeObject>;
  readonly namespace: string;
  readonly name: string;
  readonly listeners: Set<() => void>;
  readonly stop: AbortController;
  /** Undefined for an object that is polled. */
  informer: Informer<KubeObject> | undefined;
  polled: Polled | undefined;
}

interface Polled {
  answer: { readonly object: KubeObject | undefined; readonly at: number } | undefined;
  /** Of the last answer; undefined before the first. */
  revision: string | undefined;
  asking: Promise<void> | undefined;
}

const MAX_WATCHES = 64;
const POLL_MS = 60_000;
const SYNC_TIMEOUT_MS = 10_000;
const GET_TIMEOUT_MS = 10_000;

/**
 * Single objects that many may ask for, followed while somebody holds them: each is fetched once however many hold it,
 * by a watch as long as there are few of them, beyond that by polling. Kubelets of one process can share it.
 */
export class ObjectWatches {
  readonly #options: ObjectWatchesOptions;
  readonly #signal: AbortSignal;
  readonly #entries = new Map<string, Entry>();
  #watches = 0;

  constructor(options: ObjectWatchesOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  /** Objects followed by a watch, and by polling. */
  get counts(): { readonly watched: number; readonly polled: number } {
    return { watched: this.#watches, polled: this.#entries.size - this.#watches };
  }

  /** `onChange` is called after each change that is seen, until the hold is released. */
  hold<T extends KubeObject>(kind: Kind<T>, namespace: string, name: string, onChange: () => void): ObjectHold<T> {
    const key = `${kind.plural}/${namespace}/${name}`;
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = this.#follow(kind as unknown as Kind<KubeObject>, namespace, name);
      this.#entries.set(key, entry);
    } else if (entry.polled) entry.polled.answer = undefined;
    const held = entry;
    // The same function may hold an object twice.
    const listener = () => onChange();
    held.listeners.add(listener);
    return {
      get: () => this.#get(held) as Promise<T | undefined>,
      release: () => {
        if (!held.listeners.delete(listener) || held.listeners.size > 0) return;
        this.#entries.delete(key);
        if (held.informer) this.#watches--;
        held.stop.abort();
      },
    };
  }

  #follow(kind: Kind<KubeObject>, namespace: string, name: string): Entry {
    const { client, log, maxWatches = MAX_WATCHES } = this.#options;
    const stop = childController(this.#signal);
    const listeners = new Set<() => void>();
    const entry: Entry = { kind, namespace, name, listeners, stop, informer: undefined, polled: undefined };
    if (this.#watches >= maxWatches) {
      entry.polled = { answer: undefined, revision: undefined, asking: undefined };
      void this.#poll(entry, entry.polled);
      return entry;
    }
    this.#watches++;
    const informer = createInformer(client, kind, { namespace, fieldSelector: `metadata.name=${name}` }, { log });
    const changed = () => notify(entry);
    informer.addHandler({
      added: (_, initial) => {
        if (!initial) changed();
      },
      updated: changed,
      deleted: changed,
    });
    entry.informer = informer;
    void informer.run(stop.signal);
    return entry;
  }

  async #get(entry: Entry): Promise<KubeObject | undefined> {
    const { informer, polled, namespace, name } = entry;
    if (polled) return this.#polledGet(entry, polled);
    if (informer && !informer.synced) await this.#waitForSync(informer);
    const cached = informer?.lister.get(`${namespace}/${name}`);
    // What a watch doesn't have yet may be there all the same.
    return cached ?? this.#ask(entry);
  }

  async #polledGet(entry: Entry, polled: Polled): Promise<KubeObject | undefined> {
    const { clock = systemClock, pollMs = POLL_MS } = this.#options;
    const fresh = polled.answer && clock.now() - polled.answer.at < pollMs;
    if (!fresh) {
      polled.asking ??= this.#refresh(entry, polled).finally(() => {
        polled.asking = undefined;
      });
      await polled.asking;
    }
    return polled.answer?.object;
  }

  async #refresh(entry: Entry, polled: Polled): Promise<void> {
    const { clock = systemClock } = this.#options;
    const object = await this.#ask(entry);
    const revision = object ? `${object.metadata.uid}/${object.metadata.resourceVersion}` : 'absent';
    const changed = polled.revision !== undefined && polled.revision !== revision;
    polled.answer = { object, at: clock.now() };
    polled.revision = revision;
    if (changed) notify(entry);
  }

  async #poll(entry: Entry, polled: Polled): Promise<void> {
    const { clock = systemClock, pollMs = POLL_MS, random = Math.random, log } = this.#options;
    const { signal } = entry.stop;
    for (;;) {
      await clock.sleep(pollMs * (1 + 0.2 * random()), signal).catch(() => {});
      if (signal.aborted) return;
      await this.#polledGet(entry, polled).catch((err) => {
        if (!signal.aborted) log.debug({ err, name: entry.name }, 'failed to refresh a referenced object');
      });
    }
  }

  async #ask({ kind, namespace, name }: Entry): Promise<KubeObject | undefined> {
    const options = { namespace, signal: this.#signal, timeoutMs: GET_TIMEOUT_MS };
    try {
      return await this.#options.client.resource(kind).get(name, options);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #waitForSync(informer: Informer<KubeObject>): Promise<void> {
    const timeout = AbortSignal.timeout(this.#options.syncTimeoutMs ?? SYNC_TIMEOUT_MS);
    try {
      await informer.waitForSync(AbortSignal.any([this.#signal, timeout]));
    } catch {}
    if (!informer.synced)
      throw new Error(`failed to sync ${informer.kind.singular} cache: timed out waiting for the condition`);
  }
}

function notify({ listeners }: Entry): void {
  for (const listener of listeners) listener();
}
