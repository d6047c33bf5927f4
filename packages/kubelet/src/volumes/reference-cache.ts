import {
  type ConfigMap,
  configMapKind,
  isNotFound,
  type Kind,
  type KubeObject,
  type Pod,
  podReferences,
  type Secret,
  secretKind,
} from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import type { ReferenceSource } from '../container/make-environment.ts';
import { uidOf } from '../container/pod-containers.ts';
import type { ObjectHold, ObjectWatches } from './object-watches.ts';

export interface ReferenceCacheOptions {
  readonly client: ApiClient;
  readonly watches: ObjectWatches;
  /** Called with the pods that refer to an object that changed. */
  readonly onChange: (uids: Iterable<string>) => void;
}

interface Entry {
  readonly hold: ObjectHold<KubeObject>;
  readonly users: Set<string>;
}

/** The config maps and secrets of this node's pods and no others, each held while a pod refers to it. */
export class ReferenceCache implements ReferenceSource {
  readonly #options: ReferenceCacheOptions;
  readonly #signal: AbortSignal;
  readonly #entries = new Map<string, Entry>();

  constructor(options: ReferenceCacheOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  /** Begins to follow what the pod refers to, and ends what it no longer does. */
  register(pod: Pod): void {
    const uid = uidOf(pod);
    const namespace = pod.metadata.namespace ?? '';
    const { configMaps, secrets } = podReferences(pod);
    const wanted = new Set<string>();
    for (const name of configMaps) wanted.add(this.#hold(configMapKind, namespace, name, uid));
    for (const name of secrets) wanted.add(this.#hold(secretKind, namespace, name, uid));
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
    if (entry) return entry.hold.get() as Promise<T | undefined>;
    try {
      return await this.#options.client
        .resource(kind)
        .get(name, { namespace, signal: this.#signal, timeoutMs: 10_000 });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  #hold<T extends KubeObject>(kind: Kind<T>, namespace: string, name: string, uid: string): string {
    const key = keyOf(kind, namespace, name);
    let entry = this.#entries.get(key);
    if (!entry) {
      const { watches, onChange } = this.#options;
      const users = new Set<string>();
      const hold = watches.hold(kind, namespace, name, () => onChange(users));
      entry = { hold: hold as unknown as ObjectHold<KubeObject>, users };
      this.#entries.set(key, entry);
    }
    entry.users.add(uid);
    return key;
  }

  #release(uid: string, wanted: ReadonlySet<string>): void {
    for (const [key, { users, hold }] of this.#entries) {
      if (wanted.has(key) || !users.delete(uid) || users.size > 0) continue;
      hold.release();
      this.#entries.delete(key);
    }
  }
}

function keyOf(kind: { readonly plural: string }, namespace: string, name: string): string {
  return `${kind.plural}/${namespace}/${name}`;
}
