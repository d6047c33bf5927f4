import { allKinds, type Kind, type KubeObject, newPathNotFound } from '@coxswain/api';
import { type Clock, systemClock } from '@coxswain/foundation';
import type { ApiClient, DynamicResource, RawRequestOptions, ResourceClient } from '../api-client.ts';
import type { FakeAction, FakeReactor } from './action.ts';
import { FakeResourceClient, resourceId } from './fake-resource-client.ts';
import { FakeStore } from './fake-store.ts';
import { isoSeconds } from './fake-writes.ts';

/** Answers `request()`; undefined leaves the path to the next handler and at last to a 404. */
export type FakeRequestHandler = (method: string, path: string, options: RawRequestOptions) => unknown;

/**
 * An apiserver in memory for unit tests: resourceVersion, generation, uid, conflicts, finalizers, graceful deletion of
 * pods, selectors, watches, `binding` and `eviction`. It neither validates nor sets defaults.
 */
export class FakeApiClient implements ApiClient {
  readonly server = 'https://fake.invalid:6443';
  /** Every request so far, in order. */
  readonly actions: FakeAction[] = [];
  readonly store = new FakeStore();
  readonly #clock: Clock;
  readonly #reactors: { verb: string; resource: string; react: FakeReactor }[] = [];
  readonly #handlers: FakeRequestHandler[] = [];
  readonly #clients = new Map<string, ResourceClient<KubeObject>>();
  readonly #kinds = new Map(allKinds.map((kind) => [resourceId(kind), kind]));

  constructor(options: { readonly clock?: Clock } = {}) {
    this.#clock = options.clock ?? systemClock;
  }

  resource<T extends KubeObject>(kind: Kind<T>): ResourceClient<T> {
    this.#kinds.set(resourceId(kind), kind as unknown as Kind);
    return this.dynamic(kind) as unknown as ResourceClient<T>;
  }

  dynamic(resource: DynamicResource): ResourceClient<KubeObject> {
    const id = resourceId(resource);
    let client = this.#clients.get(id);
    if (!client) {
      const backend = {
        store: this.store,
        now: () => this.#clock.now(),
        intercept: (action: FakeAction) => this.#intercept(action),
      };
      client = new FakeResourceClient(backend, resource, this.#kinds.get(id));
      this.#clients.set(id, client);
    }
    return client;
  }

  /** Puts objects there as they are, with uid, creationTimestamp, generation and type filled in; recorded as no action. */
  add<T extends KubeObject>(kind: Kind<T>, ...objects: T[]): void {
    this.#kinds.set(resourceId(kind), kind as unknown as Kind);
    for (const object of objects) {
      const { apiVersion, kind: name } = kind;
      const metadata = {
        ...object.metadata,
        uid: object.metadata.uid ?? crypto.randomUUID(),
        creationTimestamp: object.metadata.creationTimestamp ?? isoSeconds(this.#clock.now()),
        generation: object.metadata.generation ?? 1,
      };
      this.store.put(resourceId(kind), { ...object, apiVersion, kind: name, metadata });
    }
  }

  /** Replaces an object as another client would, past all rules; `change` gets a copy. */
  change<T extends KubeObject>(kind: Kind<T>, key: string, change: (object: T) => void): void {
    const old = this.store.get(resourceId(kind), key);
    if (!old) throw new Error(`no ${kind.plural} ${key}`);
    const next = structuredClone(old) as T;
    change(next);
    this.store.put(resourceId(kind), next);
  }

  /** Takes an object away at once, past finalizers and grace. */
  remove<T extends KubeObject>(kind: Kind<T>, key: string): void {
    this.store.remove(resourceId(kind), key);
  }

  /** What is there, frozen. */
  objects<T extends KubeObject>(kind: Kind<T>): T[] {
    return this.store.list(resourceId(kind)) as T[];
  }

  object<T extends KubeObject>(kind: Kind<T>, key: string): T | undefined {
    return this.store.get(resourceId(kind), key) as T | undefined;
  }

  /** Adds a reactor for a verb and a resource (`pods`, `pods/binding`), `*` for any. The latest is asked first. */
  react(verb: FakeAction['verb'] | '*', resource: string, react: FakeReactor): () => void {
    const entry = { verb, resource, react };
    this.#reactors.unshift(entry);
    return () => {
      const at = this.#reactors.indexOf(entry);
      if (at >= 0) this.#reactors.splice(at, 1);
    };
  }

  onRequest(handler: FakeRequestHandler): void {
    this.#handlers.unshift(handler);
  }

  /** The actions that write, for assertions. */
  writes(): FakeAction[] {
    return this.actions.filter(({ verb }) => !['get', 'list', 'watch'].includes(verb));
  }

  async request(method: string, path: string, options: RawRequestOptions = {}): Promise<unknown> {
    for (const handler of this.#handlers) {
      const answer = await handler(method, path, options);
      if (answer !== undefined) return answer;
    }
    const finalize = /^\/api\/v1\/namespaces\/([^/]+)\/finalize$/.exec(path);
    if (method === 'PUT' && finalize) return this.#finalize(String(options.body));
    throw newPathNotFound();
  }

  async *stream(path: string): AsyncGenerator<Buffer> {
    const body = await this.request('GET', path);
    yield Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  }

  close(): void {
    this.store.endWatches();
  }

  #finalize(body: string): unknown {
    const sent = JSON.parse(body) as KubeObject & { spec?: { finalizers?: string[] } };
    const { name } = sent.metadata;
    const old = this.store.get('/namespaces', name);
    if (!old) throw newPathNotFound();
    const next = structuredClone(old) as typeof sent;
    next.spec = { ...next.spec, finalizers: sent.spec?.finalizers ?? [] };
    const held = next.spec.finalizers?.length || next.metadata.finalizers?.length;
    if (next.metadata.deletionTimestamp && !held) return this.store.remove('/namespaces', name);
    return this.store.put('/namespaces', next);
  }

  async #intercept(action: FakeAction): Promise<unknown> {
    this.actions.push(action);
    const resource = action.subresource === '' ? action.resource : `${action.resource}/${action.subresource}`;
    for (const { verb, resource: wanted, react } of [...this.#reactors]) {
      if (verb !== '*' && verb !== action.verb) continue;
      if (wanted !== '*' && wanted !== resource) continue;
      const answer = await react(action);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }
}
