import type { KubeObject } from '@coxswain/api';
import type {
  DeleteOptionsInput,
  DynamicResource,
  ListOptions,
  ListResult,
  Namespaced,
  Patch,
  PatchType,
  RequestOptions,
  ResourceClient,
  Transformed,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../api-client.ts';
import type { JsonRequest, Requester } from './requester.ts';
import { resourcePath, withQuery } from './resource-path.ts';
import { watchEvents } from './watch-events.ts';

const PATCH_CONTENT: Record<PatchType, string> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

interface WireList {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
}

type ObjectWriteOptions = Omit<WriteOptions, 'namespace'>;

/** The verbs on one resource over REST. */
export class RestResourceClient<T extends KubeObject> implements ResourceClient<T> {
  readonly #requester: Requester;
  readonly #resource: DynamicResource;
  readonly #type: TypeMeta | undefined;

  constructor(requester: Requester, resource: DynamicResource, type: TypeMeta | undefined) {
    this.#requester = requester;
    this.#resource = resource;
    this.#type = type;
  }

  get(name: string, options: RequestOptions & Namespaced & { resourceVersion?: string } = {}): Promise<T> {
    const path = resourcePath(this.#resource, options.namespace, name);
    const query = { resourceVersion: options.resourceVersion };
    return this.#send('GET', withQuery(path, query), options, { name }) as Promise<T>;
  }

  async list(options: ListOptions & Transformed<T> = {}): Promise<ListResult<T>> {
    const query = { ...selectors(options), limit: options.limit, continue: options.continue };
    const path = withQuery(resourcePath(this.#resource, options.namespace), query);
    const { signal, timeoutMs, transform } = options;
    const request = { method: 'GET', path, signal, timeoutMs, resource: this.#groupResource() };
    const items: T[] = [];
    const { metadata } = (await this.#requester.list(request, (received) => {
      const item = received as T;
      if (this.#type) {
        item.apiVersion ??= this.#type.apiVersion;
        item.kind ??= this.#type.kind;
      }
      items.push(transform ? transform(item) : item);
    })) as WireList;
    const next = metadata.continue;
    return { items, resourceVersion: metadata.resourceVersion ?? '', ...(next ? { continue: next } : {}) };
  }

  watch(options: WatchOptions = {}): AsyncIterable<WatchEvent<T>> {
    const query = {
      watch: 'true',
      ...selectors(options),
      timeoutSeconds: options.timeoutSeconds,
      allowWatchBookmarks: options.allowWatchBookmarks === false ? undefined : 'true',
    };
    const path = withQuery(resourcePath(this.#resource, options.namespace), query);
    const { signal, timeoutMs } = options;
    return watchEvents<T>(this.#requester.stream({ path, signal, timeoutMs, resource: this.#groupResource() }));
  }

  create(object: T, options: ObjectWriteOptions = {}): Promise<T> {
    const path = resourcePath(this.#resource, this.#namespaceOf(object));
    return this.#send('POST', withQuery(path, writeQuery(options)), options, { body: object }) as Promise<T>;
  }

  update(object: T, options: ObjectWriteOptions = {}): Promise<T> {
    return this.#put(object, undefined, options);
  }

  updateStatus(object: T, options: ObjectWriteOptions = {}): Promise<T> {
    return this.#put(object, 'status', options);
  }

  patch(name: string, patch: Patch, options: WriteOptions & { subresource?: string } = {}): Promise<T> {
    const path = resourcePath(this.#resource, options.namespace, name, options.subresource);
    const contentType = PATCH_CONTENT[patch.type];
    const sent = this.#send('PATCH', withQuery(path, writeQuery(options)), options, {
      name,
      body: patch.body,
      contentType,
    });
    return sent as Promise<T>;
  }

  delete(name: string, options: DeleteOptionsInput = {}): Promise<unknown> {
    const path = resourcePath(this.#resource, options.namespace, name);
    return this.#send('DELETE', path, options, { name, body: deleteOptions(options) });
  }

  async deleteCollection(options: ListOptions & DeleteOptionsInput = {}): Promise<void> {
    const path = withQuery(resourcePath(this.#resource, options.namespace), selectors(options));
    await this.#send('DELETE', path, options, { body: deleteOptions(options) });
  }

  createSubresource(name: string, subresource: string, body: unknown, options: WriteOptions = {}): Promise<unknown> {
    const path = resourcePath(this.#resource, options.namespace, name, subresource);
    return this.#send('POST', withQuery(path, writeQuery(options)), options, { name, body });
  }

  async #put(object: T, subresource: string | undefined, options: ObjectWriteOptions): Promise<T> {
    const { name } = object.metadata;
    const path = resourcePath(this.#resource, this.#namespaceOf(object), name, subresource);
    return this.#send('PUT', withQuery(path, writeQuery(options)), options, { name, body: object }) as Promise<T>;
  }

  #namespaceOf(object: T): string | undefined {
    const { namespace, name } = object.metadata;
    if (this.#resource.namespaced && !namespace) throw new Error(`${this.#resource.plural} ${name} has no namespace`);
    return namespace;
  }

  async #send(
    method: string,
    path: string,
    { signal, timeoutMs }: RequestOptions,
    extra: { name?: string; body?: unknown; contentType?: string } = {},
  ): Promise<unknown> {
    const { name, body, contentType } = extra;
    const request: JsonRequest = {
      method,
      path,
      signal,
      timeoutMs,
      name,
      resource: this.#groupResource(),
      contentType,
    };
    return this.#requester.json(body === undefined ? request : { ...request, body: JSON.stringify(body) });
  }

  #groupResource() {
    return { group: this.#resource.group, resource: this.#resource.plural };
  }
}

function selectors({ labelSelector, fieldSelector, resourceVersion }: ListOptions | WatchOptions) {
  return {
    labelSelector: labelSelector || undefined,
    fieldSelector: fieldSelector || undefined,
    resourceVersion: resourceVersion || undefined,
  };
}

function writeQuery({ fieldManager, dryRun, force }: ObjectWriteOptions) {
  return { fieldManager, dryRun: dryRun ? 'All' : undefined, force: force === undefined ? undefined : String(force) };
}

function deleteOptions({ gracePeriodSeconds, propagationPolicy, preconditions }: DeleteOptionsInput): unknown {
  if (gracePeriodSeconds === undefined && propagationPolicy === undefined && preconditions === undefined)
    return undefined;
  return { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds, propagationPolicy, preconditions };
}
