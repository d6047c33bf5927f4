import { deepCopy, deepEqual, type Kind, type KubeObject, newNotFound, newServerTimeout } from '@coxswain/api';
import type { Written } from '../cache/pending-writes.ts';
import type { ResourceCaches } from '../cache/resource-cache.ts';
import { spliceRevision, storedHead } from '../cache/splice-revision.ts';
import { encodeStored } from '../storage/encode-stored.ts';
import type { CreateResult, DeleteResult, Storage, StoredValue, UpdateResult } from '../storage/storage.ts';
import { storageKey } from '../storage/storage-path.ts';
import { groupResource } from './group-resource.ts';

/** One revision of an object: parsed (with resourceVersion) and as JSON bytes. Read-only. */
export interface Revision<T extends KubeObject = KubeObject> {
  readonly object: T;
  readonly revision: number;
  readonly bytes: Buffer;
}

export type Step<T extends KubeObject = KubeObject> =
  | { readonly action: 'put'; readonly object: T }
  | { readonly action: 'remove'; readonly object: T }
  | { readonly action: 'keep' };

export interface StepResult<T extends KubeObject = KubeObject> {
  readonly action: 'put' | 'remove' | 'keep';
  readonly saved: Revision<T>;
  readonly previous: Revision<T>;
}

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly signal?: AbortSignal | undefined;
}

const MAX_ATTEMPTS = 30;

/** Objects of any kind over storage and caches: conversion to the stored kind, optimistic concurrency, resourceVersions. */
export class ObjectStore {
  readonly #storage: Storage;
  readonly #caches: ResourceCaches;

  constructor(storage: Storage, caches: ResourceCaches) {
    this.#storage = storage;
    this.#caches = caches;
  }

  /** Undefined when the name is taken. */
  async create(kind: Kind, object: KubeObject, options: WriteOptions): Promise<Revision | undefined> {
    const { namespace = '', name } = object.metadata;
    const key = storageKey(kind, namespace, name);
    const stored = storedOf(kind, object);
    if (options.dryRun) {
      const existing = await this.#storage.get(key, options);
      return existing ? undefined : { object, revision: 0, bytes: Buffer.from(JSON.stringify(object)) };
    }
    const { timeToLive } = kind;
    const write = () => this.#storage.create(key, stored.value, { signal: options.signal, timeToLive });
    const { saved } = await this.#put(kind, object, stored, write);
    return saved;
  }

  /** The newest state that the cache knows; it may be a moment old. */
  cached(kind: Kind, namespace: string, name: string): Revision | undefined {
    const entry = this.#caches.forKind(kind).get(namespace, name);
    if (!entry) return undefined;
    const object = kind.storedAs ? kind.storedAs.fromStored(entry.object as KubeObject) : (entry.object as KubeObject);
    return { object, revision: entry.revision, bytes: entry.bytes };
  }

  /** The newest state of all. */
  async fresh(kind: Kind, namespace: string, name: string, signal?: AbortSignal): Promise<Revision | undefined> {
    const stored = await this.#storage.get(storageKey(kind, namespace, name), { signal });
    return stored && decodeStored(kind, stored);
  }

  /**
   * Reads, lets `decide` say what shall become of the object, and writes that if nobody else has written meanwhile;
   * otherwise starts again from the newer state. `decide` gets a state it must not change, possibly a moment old: when
   * it throws on an old one it is asked again with the newest. A put that changes nothing is not written.
   * @throws StatusError NotFound
   */
  async change(
    kind: Kind,
    namespace: string,
    name: string,
    decide: (current: Revision) => Step | Promise<Step>,
    options: WriteOptions,
  ): Promise<StepResult> {
    const key = storageKey(kind, namespace, name);
    let current = this.cached(kind, namespace, name);
    let fresh = false;
    const refresh = async () => {
      const before = current?.revision;
      current = await this.fresh(kind, namespace, name, options.signal);
      fresh = true;
      return current?.revision !== before;
    };
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      if (!current && !fresh) await refresh();
      if (!current) throw newNotFound(groupResource(kind), name);
      let step: Step;
      try {
        step = await decide(current);
      } catch (error) {
        if (!fresh && (await refresh())) continue;
        throw error;
      }
      if (step.action === 'put' && sameObject(step.object, current.object)) step = { action: 'keep' };
      if (step.action === 'keep') {
        if (!fresh && (await refresh())) continue;
        return { action: 'keep', saved: current, previous: current };
      }
      const stored = storedOf(kind, step.object);
      const { value } = stored;
      if (options.dryRun) {
        if (!fresh && (await refresh())) continue;
        const saved = revisionOf(kind, step.object, value, current.revision);
        return { action: step.action, saved, previous: current };
      }
      const { signal } = options;
      const { revision } = current;
      const { result, saved } =
        step.action === 'put'
          ? await this.#put(kind, step.object, stored, () => this.#storage.update(key, revision, value, { signal }))
          : await this.#remove(kind, step.object, value, () => this.#storage.delete(key, revision, { signal }));
      if (saved) return { action: step.action, saved, previous: current };
      if (result.outcome !== 'conflict') throw newNotFound(groupResource(kind), name);
      current = decodeStored(kind, result.current);
      fresh = true;
    }
    throw newServerTimeout(groupResource(kind), 'update', 1);
  }

  /** Stores `object`, which is `written` there, in such a way that the cache need not read it again. */
  async #put<R extends CreateResult | UpdateResult>(
    kind: Kind,
    object: KubeObject,
    written: Written,
    write: () => Promise<R>,
  ): Promise<{ readonly result: R; readonly saved?: Revision }> {
    const announced = this.#caches.forKind(kind).announce(written);
    let stored = false;
    try {
      const result = await write();
      if (result.outcome !== 'created' && result.outcome !== 'updated') return { result };
      stored = true;
      const { revision } = result;
      const bytes = announced.stored(revision);
      return { result, saved: revisionOf(kind, object, written.value, revision, kind.storedAs ? undefined : bytes) };
    } finally {
      if (!stored) announced.failed();
    }
  }

  async #remove(
    kind: Kind,
    object: KubeObject,
    value: Buffer,
    remove: () => Promise<DeleteResult>,
  ): Promise<{ readonly result: DeleteResult; readonly saved?: Revision }> {
    const result = await remove();
    return result.outcome === 'deleted'
      ? { result, saved: revisionOf(kind, object, value, result.revision) }
      : { result };
  }
}

/** The object as the kind stores it, and its bytes. */
function storedOf(kind: Kind, object: KubeObject): Written {
  const stored = kind.storedAs ? kind.storedAs.toStored(object) : object;
  return { object: stored, value: encodeStored(stored) };
}

/** `value` as it is stored, seen as the kind that was asked for; `bytes` where the cache has made them. */
function revisionOf(kind: Kind, object: KubeObject, value: Buffer, revision: number, bytes?: Buffer): Revision {
  const seen = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
  const spliced = bytes ?? (kind.storedAs ? undefined : spliceRevision(value, storedHead(kind), revision));
  return { object: seen, revision, bytes: spliced ?? Buffer.from(JSON.stringify(seen)) };
}

function decodeStored(kind: Kind, { value, revision }: StoredValue): Revision {
  const parsed = JSON.parse(value.toString('utf8')) as KubeObject;
  parsed.metadata.resourceVersion = String(revision);
  const object = kind.storedAs ? kind.storedAs.fromStored(parsed) : parsed;
  return revisionOf(kind, object, value, revision);
}

function sameObject(next: KubeObject, current: KubeObject): boolean {
  const { resourceVersion } = current.metadata;
  return deepEqual({ ...next, metadata: { ...next.metadata, resourceVersion } }, current);
}

/** A copy to work on. */
export function editable<T extends KubeObject>(object: Readonly<T>): T {
  return deepCopy(object) as T;
}
