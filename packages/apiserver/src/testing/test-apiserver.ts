import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Clock, createMetrics, silentLogger, systemClock } from '@coxswain/foundation';
import inject from 'light-my-request';
import { parseTokenFile } from '../authentication/token-file.ts';
import type { AuthorizationMode } from '../authorization/modes.ts';
import { WatchCaches } from '../cache/watch-caches.ts';
import { type Apiserver, type ApiserverParts, createApiserver } from '../server/apiserver.ts';
import { RequestMetrics } from '../server/request-metrics.ts';
import { servedKinds } from '../server/served-kinds.ts';
import type { Storage } from '../storage/storage.ts';
import { MemoryStorage } from './memory-storage.ts';
import { testServiceAccountTokens } from './test-tokens.ts';

export const TEST_TOKEN = 'test-token';

export interface TestAnswer {
  readonly code: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly bytes: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever was answered
  readonly json: any;
}

export interface TestRequest {
  /** An object is sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestApiserverOptions {
  readonly clock?: Clock;
  /** AlwaysAllow unless given. */
  readonly authorizationModes?: readonly AuthorizationMode[];
  /** More lines of the token file: `token,user,uid,"group1,group2"`. */
  readonly users?: readonly string[];
  readonly limits?: { readonly maxReads: number; readonly maxWrites: number };
  /** Shared with other servers; one of its own unless given. */
  readonly storage?: MemoryStorage;
  /** What the server sees of the storage. */
  readonly wrap?: (storage: Storage) => Storage;
  readonly serviceRepair?: ApiserverParts['serviceRepair'];
  /** 10.96.0.0/24 unless given. */
  readonly serviceRange?: string;
}

/** A whole apiserver in memory: no etcd, no port, no TLS; requests are injected. `close` it afterwards. */
export class TestApiserver {
  readonly storage: MemoryStorage;
  readonly apiserver: Apiserver;
  readonly #controller = new AbortController();
  readonly #running: Promise<unknown>[] = [];

  constructor(options: TestApiserverOptions = {}) {
    const { clock = systemClock, limits = { maxReads: 400, maxWrites: 200 }, wrap, serviceRepair } = options;
    const { authorizationModes, users = [] } = options;
    this.storage = options.storage ?? new MemoryStorage();
    const storage = wrap?.(this.storage) ?? this.storage;
    const log = silentLogger();
    const registry = createMetrics({ defaults: false });
    const { signal } = this.#controller;
    const kinds = servedKinds({ removedVersions: true });
    const caches = new WatchCaches({ storage, kinds, log });
    this.#running.push(caches.run(signal));
    this.apiserver = createApiserver(
      {
        kinds,
        storage,
        caches,
        clock,
        log,
        registry,
        metrics: new RequestMetrics(registry),
        healthChecks: [{ name: 'etcd', check: () => this.storage.ping() }],
        tokens: parseTokenFile([`${TEST_TOKEN},admin,admin,system:masters`, ...users].join('\n')),
        anonymous: false,
        authorizationModes,
        serviceAccounts: testServiceAccountTokens(),
        kubelet: {},
        serviceRange: options.serviceRange ?? '10.96.0.0/24',
        nodePortRange: '30000-30009',
        advertise: { address: '192.0.2.1', port: 6443 },
        limits,
        serviceRepair,
      },
      signal,
    );
    this.#running.push(this.apiserver.runBootstrap({ port: 6443 }, signal));
  }

  /** Resolves once the built-in namespaces exist. */
  async ready(): Promise<this> {
    for (;;) {
      const { code } = await this.request('GET', '/readyz');
      if (code === 200) return this;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async request(method: string, url: string, { body, headers = {} }: TestRequest = {}): Promise<TestAnswer> {
    const { server } = this.apiserver;
    const raw = typeof body === 'string' || Buffer.isBuffer(body);
    const response = await inject((incoming, outgoing) => void server.emit('request', incoming, outgoing), {
      method: method as 'GET',
      url,
      headers: {
        authorization: `Bearer ${TEST_TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: raw ? (body as string) : JSON.stringify(body) }),
    });
    const text = response.body;
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    return { code: response.statusCode, headers: response.headers, text, bytes: response.rawPayload, json };
  }

  /** Also serves on a port of loopback, for what can't be injected. */
  async listen(): Promise<number> {
    const { server } = this.apiserver;
    server.listen({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await this.apiserver.drain(1000);
    this.apiserver.server.close();
    this.apiserver.server.closeAllConnections();
    this.#controller.abort();
    await Promise.all(this.#running);
    this.apiserver.close();
    this.storage.close();
  }
}
