import {
  type ConfigMap,
  configMapKind,
  isNotFound,
  type Kind,
  type KubeObject,
  type Pod,
  type Secret,
  secretKind,
} from '@coxswain/api';
import { type ApiClient, createInformer, type Informer } from '@coxswain/client';
import { childController, type Logger } from '@coxswain/foundation';
import type { ReferenceSource } from '../container/make-environment.ts';
import { uidOf } from '../container/pod-containers.ts';
import { collectReferences } from './collect-references.ts';

export interface ReferenceCacheOptions {
  readonly client: ApiClient;
  readonly log: Logger;
  /** Called with the pods that refer to an object that changed. */
  readonly onChange: (uids: Iterable<string>) => void;
  /** Milliseconds to wait for an object's first list; 10 s unless given. */
  readonly syncTimeoutMs?: number;
}

interface Entry {
  readonly informer: Informer<KubeObject>;
  readonly stop: AbortController;
  readonly users: Set<string>;
}

/**
 * The config maps and secrets of this node's pods and no others: one watch an object, kept while a pod refers to it.
 */
export class ReferenceCache implements ReferenceSource {
  readonly #options: ReferenceCacheOptions;
  readonly #signal: AbortSignal;
  readonly #entries = new Map<string, Entry>();

  constructor(options: ReferenceCacheOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  /** Begins to watch what the pod refers to, and ends what it no longer does. */
  register(pod: Pod): void {
    const uid = uidOf(pod);
    const namespace = pod.metadata.namespace ?? '';
    const { configMaps, secrets } = collectReferences(pod);
    const wanted = new Set<string>();
    for (const name of configMaps) wanted.add(this.#watch(configMapKind, namespace, name, uid));
    for (const name of secrets) wanted.add(this.#watch(secretKind, namespace, name, uid));
    this.#release(uid, wanted);
  }

  unregister(uid: string): void {
    this.#release(uid, new Set());
  }

  configMap(namespace: string, name: string): Promise<ConfigMap | undefined> {
    return this.#get(configMapKind, namespace, name);
  }

  secret(namespace: string, name: string): Promise<Secret | undefined> {
    return this.#get(secretKind, namespace, name);
  }

  async #get<T extends KubeObject>(kind: Kind<T>, namespace: string, name: string): Promise<T | undefined> {
    const entry = this.#entries.get(keyOf(kind, namespace, name));
    if (entry) {
      if (!entry.informer.synced) await this.#waitForSync(entry.informer);
      const cached = entry.informer.lister.get(`${namespace}/${name}`);
      if (cached) return cached as T;
    }
    try {
      return await this.#options.client
        .resource(kind)
        .get(name, { namespace, signal: this.#signal, timeoutMs: 10_000 });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #waitForSync(informer: Informer<KubeObject>): Promise<void> {
    const timeout = AbortSignal.timeout(this.#options.syncTimeoutMs ?? 10_000);
    try {
      await informer.waitForSync(AbortSignal.any([this.#signal, timeout]));
    } catch {}
    if (!informer.synced)
      throw new Error(`failed to sync ${informer.kind.singular} cache: timed out waiting for the condition`);
  }

  #watch<T extends KubeObject>(kind: Kind<T>, namespace: string, name: string, uid: string): string {
    const key = keyOf(kind, namespace, name);
    let entry = this.#entries.get(key);
    if (!entry) {
      const { client, log, onChange } = this.#options;
      const informer = createInformer(client, kind, { namespace, fieldSelector: `metadata.name=${name}` }, { log });
      const users = new Set<string>();
      const changed = () => onChange(users);
      informer.addHandler({
        added: (_, initial) => {
          if (!initial) changed();
        },
        updated: changed,
        deleted: changed,
      });
      const stop = childController(this.#signal);
      entry = { informer: informer as unknown as Informer<KubeObject>, stop, users };
      this.#entries.set(key, entry);
      void informer.run(stop.signal);
    }
    entry.users.add(uid);
    return key;
  }

  #release(uid: string, wanted: ReadonlySet<string>): void {
    for (const [key, { users, stop }] of this.#entries) {
      if (wanted.has(key) || !users.delete(uid) || users.size > 0) continue;
      stop.abort();
      this.#entries.delete(key);
    }
  }
}

function keyOf(kind: { readonly plural: string }, namespace: string, name: string): string {
  return `${kind.plural}/${namespace}/${name}`;
}
