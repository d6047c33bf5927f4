import {
  type APIService,
  apiServiceKind,
  deepEqual,
  type Kind,
  type KubeObject,
  newServiceUnavailable,
  setCondition,
} from '@coxswain/api';
import type { Clock, Logger } from '@coxswain/foundation';
import type { UpgradeTarget } from '@coxswain/streaming';
import { ANONYMOUS, authenticated } from '../authentication/user-info.ts';
import type { ResourceCaches } from '../cache/resource-cache.ts';
import { editable, type ObjectStore } from '../registry/object-store.ts';
import { booleanParameter } from '../server/negotiate.ts';
import { type Answer, type RequestContext, textAnswer } from '../server/request-context.ts';
import type { AggregatedApi, AggregatedApis } from './aggregated-apis.ts';
import { OpenApiHashes } from './open-api-hashes.ts';
import { type ProxyCredentials, ServiceProxy } from './proxy-request.ts';
import { resolveService, UnresolvedError } from './resolve-service.ts';

export interface AggregatorOptions {
  readonly caches: ResourceCaches;
  readonly store: ObjectStore;
  readonly credentials: ProxyCredentials;
  readonly clock: Clock;
  readonly log: Logger;
}

const CHECK_PERIOD_MS = 2_000;
const HEAD_TIMEOUT_MS = 30_000;
const CHECK_TIMEOUT_MS = 5_000;
const MAX_DISCOVERY_BYTES = 1024 * 1024;
const KIND = apiServiceKind as unknown as Kind;
const PROBER = authenticated('system:kube-aggregator', '', ['system:masters']);

type Check =
  | { readonly available: true; readonly api: AggregatedApi }
  | { readonly available: false; readonly reason: string; readonly message: string };

/** Groups that other servers answer (upstream's kube-aggregator): who they are, whether they live, and the way there. */
export class Aggregator implements AggregatedApis {
  readonly #options: AggregatorOptions;
  readonly #proxy: ServiceProxy;
  #apis: readonly AggregatedApi[] = [];
  readonly #openApi = new OpenApiHashes();
  generation = 0;

  constructor(options: AggregatorOptions) {
    this.#options = options;
    this.#proxy = new ServiceProxy(options.credentials);
  }

  get apis(): readonly AggregatedApi[] {
    return this.#apis;
  }

  openApiHashes(): ReadonlyMap<string, string> {
    return this.#openApi.of(this.#apis);
  }

  /** Where a connection to that group version leads; undefined when no server has it. @throws StatusError */
  connect({ user, headers, raw, path }: RequestContext, group: string, version: string): UpgradeTarget | undefined {
    const service = this.#find(group, version);
    if (!service?.spec.service) return undefined;
    if (!this.#isAvailable(service)) throw newServiceUnavailable('service unavailable');
    const address = resolveService(this.#options.caches, service.spec.service);
    return this.#proxy.target(service, address, { url: raw.request.url ?? path, headers, user: user ?? ANONYMOUS });
  }

  /** The answer of the server that has this group version; undefined when none has. */
  async answer(context: RequestContext, group: string, version: string): Promise<Answer | undefined> {
    const service = this.#find(group, version);
    if (!service?.spec.service) return undefined;
    if (!this.#isAvailable(service)) return textAnswer(503, 'service unavailable\n');
    const watches = booleanParameter(context.query, 'watch') || booleanParameter(context.query, 'follow');
    try {
      const address = resolveService(this.#options.caches, service.spec.service);
      const { method, headers, body, signal, user, raw } = context;
      const response = await this.#proxy.send(service, address, {
        method,
        url: raw.request.url ?? context.path,
        headers,
        body,
        user: user ?? ANONYMOUS,
        signal,
        headTimeoutMs: watches ? undefined : HEAD_TIMEOUT_MS,
      });
      const passed = ['content-encoding', 'etag', 'vary', 'warning', 'retry-after', 'location'];
      const named = passed.flatMap((name) => {
        const value = response.headers[name];
        return typeof value === 'string' ? [[name, value] as const] : [];
      });
      return {
        type: 'stream',
        code: response.statusCode ?? 502,
        contentType: response.headers['content-type'] ?? 'application/octet-stream',
        chunks: response,
        headers: Object.fromEntries(named),
      };
    } catch (error) {
      this.#options.log.warn({ group, version, reason: (error as Error).message }, 'aggregated API not reached');
      return textAnswer(503, `error trying to reach service: ${(error as Error).message}\n`);
    }
  }

  /** Keeps the condition Available of every APIService with a Service, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { caches, clock, log } = this.#options;
    await caches.waitUntilReady(signal).catch(() => {});
    while (!signal.aborted) {
      try {
        await this.#checkAll(signal);
      } catch (err) {
        if (!signal.aborted) log.warn({ err }, 'APIServices not checked');
      }
      await clock.sleep(CHECK_PERIOD_MS, signal).catch(() => {});
    }
    this.#proxy.close();
  }

  async #checkAll(signal: AbortSignal): Promise<void> {
    const services = this.#services();
    const checks = await Promise.all(services.map((service) => this.#check(service, signal)));
    const apis = checks.flatMap((check) => (check.available ? [check.api] : []));
    if (!deepEqual(apis, this.#apis)) {
      this.#apis = apis;
      this.generation++;
    }
    await Promise.all(services.map((service, i) => this.#report(service, checks[i] as Check, signal)));
  }

  async #check(service: APIService, signal: AbortSignal): Promise<Check> {
    const { group = '', version = '', service: reference } = service.spec;
    if (!reference) throw new Error(`${service.metadata.name} has no service`);
    const url = `/apis/${group}/${version}`;
    try {
      const body = await this.#read(service, url, signal);
      const { resources = [] } = JSON.parse(body.toString('utf8')) as { resources?: AggregatedApi['resources'] };
      const api = { group, version, resources, service: service.metadata.name };
      await this.#openApi.refresh(api, this.#options.clock.now(), () => this.#read(service, '/openapi/v3', signal));
      return { available: true, api };
    } catch (error) {
      const { message } = error as Error;
      if (error instanceof UnresolvedError) return { available: false, reason: error.reason, message };
      const failed = `failing or missing response from ${url}: ${message}`;
      return { available: false, reason: 'FailedDiscoveryCheck', message: failed };
    }
  }

  /** What a server answers to the prober. @throws when it isn't a success */
  async #read(service: APIService, url: string, signal: AbortSignal): Promise<Buffer> {
    const address = resolveService(this.#options.caches, service.spec.service ?? {});
    const response = await this.#proxy.send(service, address, {
      method: 'GET',
      url,
      headers: { accept: 'application/json' },
      body: Buffer.alloc(0),
      user: PROBER,
      signal: AbortSignal.any([signal, AbortSignal.timeout(CHECK_TIMEOUT_MS)]),
      headTimeoutMs: CHECK_TIMEOUT_MS,
    });
    const body = await readAll(response);
    if (response.statusCode !== 200)
      throw new Error(`bad status from https://${address.host}:${address.port}${url}: ${response.statusCode}`);
    return body;
  }

  async #report(service: APIService, check: Check, signal: AbortSignal): Promise<void> {
    const before = service.status?.conditions?.find(({ type }) => type === 'Available');
    const status = check.available ? 'True' : 'False';
    const { reason, message } = check.available ? { reason: 'Passed', message: 'all checks passed' } : check;
    if (before?.status === status && before.reason === reason && before.message === message) return;
    const lastTransitionTime = `${new Date(this.#options.clock.now()).toISOString().slice(0, 19)}Z`;
    const condition = { type: 'Available', status, lastTransitionTime, reason, message };
    await this.#options.store
      .change(
        KIND,
        '',
        service.metadata.name,
        ({ object }) => {
          const next = editable(object as unknown as APIService);
          next.status = { ...next.status, conditions: setCondition(next.status?.conditions, condition) };
          return { action: 'put', object: next as KubeObject };
        },
        { dryRun: false, signal },
      )
      .catch((err) => {
        if (!signal.aborted) this.#options.log.debug({ err, service: service.metadata.name }, 'condition not written');
      });
  }

  #services(): APIService[] {
    const listed = this.#options.caches.forKind(KIND).list({});
    if (listed.outcome !== 'page') return [];
    return listed.entries.map(({ object }) => object as APIService).filter(({ spec }) => spec.service !== undefined);
  }

  #find(group: string, version: string): APIService | undefined {
    const { caches } = this.#options;
    if (!caches.ready) return undefined;
    return caches.forKind(KIND).get('', `${version}.${group}`)?.object as APIService | undefined;
  }

  #isAvailable({ metadata }: APIService): boolean {
    return this.#apis.some(({ service }) => service === metadata.name);
  }
}

async function readAll(response: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > MAX_DISCOVERY_BYTES) throw new Error('the discovery document is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
