import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  deepCopy,
  type Json,
  type JsonObject,
  type Kind,
  type KubeObject,
  newAlreadyExists,
  newBadRequest,
  objectKey,
  patchSchemaOf,
  success,
} from '@coxswain/api';
import type {
  DeleteOptionsInput,
  DynamicResource,
  ListOptions,
  ListResult,
  Namespaced,
  Patch,
  ResourceClient,
  Transformed,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../api-client.ts';

import type { FakeAction } from './action.ts';
import { selection } from './fake-selection.ts';
import type { FakeStore } from './fake-store.ts';
import { postSubresource } from './fake-subresources.ts';
import { isoSeconds, isReleased, markDeleted, notFound, prepareUpdate } from './fake-writes.ts';

export interface FakeBackend {
  readonly store: FakeStore;
  now(): number;
  /** Records the action and asks the reactors; undefined means: serve it. */
  intercept(action: FakeAction): Promise<unknown>;
}

const clone = <T>(value: unknown): T => deepCopy(value) as T;

/** The verbs on one resource over a FakeStore. Answers are copies; objects of lists and watches are shared and frozen. */
export class FakeResourceClient<T extends KubeObject> implements ResourceClient<T> {
  readonly #backend: FakeBackend;
  readonly #resource: DynamicResource;
  readonly #kind: Kind | undefined;
  readonly #id: string;

  constructor(backend: FakeBackend, resource: DynamicResource, kind: Kind | undefined) {
    this.#backend = backend;
    this.#resource = resource;
    this.#kind = kind;
    this.#id = resourceId(resource);
  }

  async get(name: string, { namespace }: Namespaced = {}): Promise<T> {
    return this.#serve('get', { namespace, name }, () => this.#stored(namespace, name));
  }

  async list(options: ListOptions & Transformed<T> = {}): Promise<ListResult<T>> {
    const answer = await this.#intercept('list', { namespace: options.namespace });
    if (answer !== undefined) return answer as ListResult<T>;
    const { store } = this.#backend;
    const items = store.list(this.#id).filter(selection(this.#kind, options)) as T[];
    const { transform = (item) => item } = options;
    return { items: items.map(transform), resourceVersion: String(store.revision) };
  }

  async *watch(options: WatchOptions = {}): AsyncGenerator<WatchEvent<T>> {
    const { namespace, signal, resourceVersion = '' } = options;
    signal?.throwIfAborted();
    const answer = await this.#intercept('watch', { namespace });
    const selects = selection(this.#kind, options);
    const events = answer ?? this.#backend.store.watch(this.#id, resourceVersion, selects, signal);
    yield* events as AsyncIterable<WatchEvent<T>>;
  }

  async create(object: T): Promise<T> {
    const { namespace, name } = object.metadata;
    return this.#serve('create', { namespace, name, body: object }, () => {
      const next = this.#prepareCreate(object);
      const { group, plural } = this.#resource;
      if (this.#backend.store.get(this.#id, objectKey(next)))
        throw newAlreadyExists({ group, resource: plural }, next.metadata.name);
      return this.#backend.store.put(this.#id, next);
    });
  }

  async update(object: T): Promise<T> {
    return this.#update(object, '');
  }

  async updateStatus(object: T): Promise<T> {
    return this.#update(object, 'status');
  }

  async patch(name: string, patch: Patch, options: WriteOptions & { subresource?: string } = {}): Promise<T> {
    const { namespace, subresource = '' } = options;
    return this.#serve('patch', { namespace, name, subresource, body: patch.body }, () => {
      const present = this.#backend.store.get(this.#id, key(namespace, name));
      if (!present && patch.type === 'apply') {
        const created = clone<KubeObject>(patch.body);
        if (namespace) created.metadata.namespace = namespace;
        return this.#backend.store.put(this.#id, this.#prepareCreate(created));
      }
      const old = present ?? this.#stored(namespace, name);
      return this.#write(this.#patched(old, patch), old, subresource);
    });
  }

  async delete(name: string, options: DeleteOptionsInput = {}): Promise<unknown> {
    const { namespace } = options;
    const answer = await this.#intercept('delete', { namespace, name, body: options });
    return answer ?? this.#delete(this.#stored(namespace, name), options);
  }

  async deleteCollection(options: ListOptions & DeleteOptionsInput = {}): Promise<void> {
    const answer = await this.#intercept('deletecollection', { namespace: options.namespace, body: options });
    if (answer !== undefined) return;
    const selects = selection(this.#kind, options);
    for (const object of this.#backend.store.list(this.#id)) if (selects(object)) this.#delete(object, options);
  }

  async createSubresource(name: string, subresource: string, body: unknown, options: WriteOptions = {}) {
    const { namespace } = options;
    const answer = await this.#intercept('create', { namespace, name, subresource, body });
    if (answer !== undefined) return answer;
    const object = this.#stored(namespace, name);
    return postSubresource(subresource, body, {
      object,
      now: this.#backend.now(),
      put: (next) => this.#backend.store.put(this.#id, next),
      remove: (gracePeriodSeconds) =>
        this.#delete(object, gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    });
  }

  #update(object: T, subresource: string): Promise<T> {
    const { namespace, name } = object.metadata;
    return this.#serve('update', { namespace, name, subresource, body: object }, () =>
      this.#write(object, this.#stored(namespace, name), subresource),
    );
  }

  #write(sent: KubeObject, old: KubeObject, subresource: string): KubeObject {
    const next = prepareUpdate(this.#resource, this.#kind, sent, old, subresource);
    if (!next) return old;
    if (isReleased(next)) return this.#backend.store.remove(this.#id, objectKey(next)) ?? next;
    return this.#backend.store.put(this.#id, next);
  }

  #delete(old: KubeObject, options: DeleteOptionsInput): unknown {
    const next = markDeleted(this.#resource, old, options, this.#backend.now());
    if (!isReleased(next)) return clone(this.#backend.store.put(this.#id, next));
    this.#backend.store.remove(this.#id, objectKey(old));
    const { name, uid } = old.metadata;
    return success({ name, group: this.#resource.group, kind: this.#resource.plural, ...(uid ? { uid } : {}) });
  }

  #prepareCreate(object: KubeObject): KubeObject {
    const next = clone<KubeObject & { status?: unknown; spec?: { finalizers?: string[] } }>(object);
    const { metadata } = next;
    if (metadata.resourceVersion) throw newBadRequest('resourceVersion should not be set on objects to be created');
    if (!metadata.name && metadata.generateName)
      metadata.name = metadata.generateName + Math.random().toString(36).slice(2, 7).padEnd(5, 'x');
    if (!metadata.name) throw newBadRequest('name or generateName is required');
    next.apiVersion ??= this.#kind?.apiVersion;
    next.kind ??= this.#kind?.kind;
    metadata.uid = crypto.randomUUID();
    metadata.creationTimestamp = isoSeconds(this.#backend.now());
    if (this.#kind?.hasGeneration !== false) metadata.generation = 1;
    const { kind } = next;
    if (this.#kind?.subresources?.status && !this.#kind.keepsStatusOnCreate && kind !== 'Node') delete next.status;
    if (kind === 'Namespace')
      Object.assign(next, { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } });
    if (kind === 'Pod') next.status = { phase: 'Pending' };
    return next;
  }

  #patched(old: KubeObject, { type, body }: Patch): KubeObject {
    const document = clone<JsonObject>(old);
    switch (type) {
      case 'json':
        return clone(applyJsonPatch(document, body));
      case 'merge':
        return clone(applyMergePatch(document, clone<Json>(body)));
      case 'strategic':
      case 'apply':
        if (!this.#kind) return clone(applyMergePatch(document, clone<Json>(body)));
        return clone(applyStrategicMergePatch(document, clone<JsonObject>(body), patchSchemaOf(this.#kind)));
      default:
        throw newBadRequest(`unknown patch type ${type satisfies never}`);
    }
  }

  #stored(namespace: string | undefined, name: string): KubeObject {
    const object = this.#backend.store.get(this.#id, key(namespace, name));
    if (!object) throw notFound(this.#resource, name);
    return object;
  }

  async #serve(verb: FakeAction['verb'], facts: ActionFacts, work: () => KubeObject): Promise<T> {
    const answer = await this.#intercept(verb, facts);
    return clone<T>(answer ?? work());
  }

  #intercept(verb: FakeAction['verb'], facts: ActionFacts): Promise<unknown> {
    const { namespace = '', name = '', subresource = '', body } = facts;
    const { group, plural } = this.#resource;
    return this.#backend.intercept({
      verb,
      group,
      resource: plural,
      subresource,
      namespace,
      name,
      body: body === undefined ? undefined : clone(body),
    });
  }
}

interface ActionFacts {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string;
  readonly body?: unknown;
}

export function resourceId({ group, plural }: { readonly group: string; readonly plural: string }): string {
  return `${group}/${plural}`;
}

function key(namespace: string | undefined, name: string): string {
  return namespace ? `${namespace}/${name}` : name;
}
