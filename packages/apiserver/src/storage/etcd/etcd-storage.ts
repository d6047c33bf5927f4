import { type Clock, systemClock } from '@coxswain/foundation';
import type {
  CallOptions,
  CreateOptions,
  CreateResult,
  DeleteResult,
  ListOptions,
  ListResult,
  Storage,
  StoredValue,
  UpdateResult,
  WatchBatch,
} from '../storage.ts';
import { EtcdConnection, type EtcdConnectionOptions } from './etcd-connection.ts';
import { isCompacted, isFutureRevision, isLeaseNotFound, translateError } from './etcd-errors.ts';
import { watchEtcd } from './etcd-watch.ts';
import type { Etcd3Client } from './etcd3-client.ts';
import { LeasePool } from './lease-pool.ts';
import {
  encodeCompact,
  encodeGuardedWrite,
  encodeLeaseGrant,
  encodeRange,
  type GuardedWrite,
  prefixEnd,
} from './requests.ts';
import { decodeGuardedWrite, decodeLeaseGrant, decodeRange, type GuardedWriteResponse } from './responses.ts';

export interface EtcdStorageOptions extends EtcdConnectionOptions {
  readonly clock?: Clock;
  /** Longest time of one call in milliseconds; 10 s unless given. */
  readonly timeoutMs?: number;
  /** For how many milliseconds objects share a lease; 60 s unless given. */
  readonly leaseReuseMs?: number;
  /** Told after every call; for etcd_request_duration_seconds. */
  readonly observe?: (operation: string, seconds: number, failed: boolean) => void;
}

/** A key that nobody writes: reading it tells the revision and that a quorum answers. */
const HEALTH_KEY = '/registry/health';

/** `Storage` over etcd's v3 API. */
export class EtcdStorage implements Storage {
  readonly #options: EtcdConnectionOptions;
  readonly #connection: EtcdConnection;
  readonly #timeoutMs: number;
  readonly #leases: LeasePool;
  #etcd3: Promise<Etcd3Client> | undefined;
  readonly #observe: EtcdStorageOptions['observe'];

  constructor(options: EtcdStorageOptions) {
    const { clock = systemClock, timeoutMs = 10_000, leaseReuseMs = 60_000, observe } = options;
    this.#options = options;
    this.#connection = new EtcdConnection(options);
    this.#timeoutMs = timeoutMs;
    this.#observe = observe;
    const grant = async (seconds: number) =>
      decodeLeaseGrant(await this.#rareCall('Lease', 'LeaseGrant', encodeLeaseGrant(seconds)));
    this.#leases = new LeasePool(grant, clock, leaseReuseMs);
  }

  async create(key: string, value: Buffer, options: CreateOptions = {}): Promise<CreateResult> {
    const { succeeded, revision, current } = await this.#write({ key, expected: 0, value, lease: 0n }, options);
    if (succeeded) return { outcome: 'created', revision };
    // The key was there when compared, so the same transaction has read it.
    return { outcome: 'exists', current: current as StoredValue };
  }

  async get(key: string, { signal }: CallOptions = {}): Promise<StoredValue | undefined> {
    return decodeRange(await this.#call('Range', encodeRange({ key }), signal)).items[0];
  }

  async list(prefix: string, options: ListOptions = {}): Promise<ListResult> {
    const { limit = 500, fromKey = prefix, revision = 0, signal } = options;
    const request = encodeRange({ key: fromKey, end: prefixEnd(prefix), limit, revision });
    try {
      const page = decodeRange(await this.#call('Range', request, signal, 'List'));
      const { items, more, count } = page;
      return { outcome: 'page', items, more, count, revision: revision === 0 ? page.revision : revision };
    } catch (error) {
      if (isCompacted(error)) return { outcome: 'compacted' };
      if (isFutureRevision(error)) return { outcome: 'future' };
      throw error;
    }
  }

  async update(key: string, expected: number, value: Buffer, options: CreateOptions = {}): Promise<UpdateResult> {
    const result = await this.#write({ key, expected, value, lease: 'keep' }, options);
    if (result.succeeded) return { outcome: 'updated', revision: result.revision };
    return refused(result);
  }

  async delete(key: string, expected: number, options: CallOptions = {}): Promise<DeleteResult> {
    const result = await this.#write({ key, expected, value: undefined, lease: 0n }, options);
    if (result.succeeded) return { outcome: 'deleted', revision: result.revision };
    return refused(result);
  }

  async currentRevision({ signal }: CallOptions = {}): Promise<number> {
    const request = encodeRange({ key: HEALTH_KEY, countOnly: true });
    return decodeRange(await this.#call('Range', request, signal, 'CurrentRevision')).revision;
  }

  watch(prefix: string, from: number, signal: AbortSignal): AsyncIterable<WatchBatch> {
    return watchEtcd(this.#connection, { prefix, from, openTimeoutMs: this.#timeoutMs }, signal);
  }

  async compact(revision: number, { signal }: CallOptions = {}): Promise<void> {
    try {
      await this.#rareCall('KV', 'Compact', encodeCompact(revision), signal);
    } catch (error) {
      if (!isCompacted(error)) throw error;
    }
  }

  async ping(options: CallOptions = {}): Promise<void> {
    await this.currentRevision(options);
  }

  close(): void {
    this.#connection.close();
    void this.#etcd3?.then((client) => client.close());
  }

  async #write(write: GuardedWrite, { timeToLive, signal }: CreateOptions): Promise<GuardedWriteResponse> {
    if (timeToLive === undefined) return this.#txn(write, signal);
    try {
      return await this.#txn({ ...write, lease: await this.#leases.lease(timeToLive) }, signal);
    } catch (error) {
      if (!isLeaseNotFound(error instanceof Error ? error.cause : error)) throw error;
      this.#leases.forget(timeToLive);
      return this.#txn({ ...write, lease: await this.#leases.lease(timeToLive) }, signal);
    }
  }

  async #txn(write: GuardedWrite, signal?: AbortSignal): Promise<GuardedWriteResponse> {
    return decodeGuardedWrite(await this.#call('Txn', encodeGuardedWrite(write), signal));
  }

  #call(method: 'Range' | 'Txn', request: Buffer, signal?: AbortSignal, operation: string = method): Promise<Buffer> {
    return this.#observed(operation, signal, () => this.#connection.call(method, request, this.#timeoutMs, signal));
  }

  /** etcd3 is loaded when it is needed first: it takes as much memory as all the rest of an idle server's code. */
  #rareCall(service: 'KV' | 'Lease', method: string, request: Buffer, signal?: AbortSignal): Promise<Buffer> {
    return this.#observed(method, signal, async () => {
      this.#etcd3 ??= import('./etcd3-client.ts').then(({ Etcd3Client }) => new Etcd3Client(this.#options));
      return (await this.#etcd3).call(service, method, request, this.#timeoutMs, signal);
    });
  }

  async #observed(operation: string, signal: AbortSignal | undefined, call: () => Promise<Buffer>): Promise<Buffer> {
    const start = performance.now();
    let failed = true;
    try {
      const response = await call();
      failed = false;
      return response;
    } catch (error) {
      signal?.throwIfAborted();
      throw translateError(error, operation);
    } finally {
      this.#observe?.(operation, (performance.now() - start) / 1000, failed);
    }
  }
}

function refused({ current, revision }: GuardedWriteResponse) {
  if (current) return { outcome: 'conflict', current } as const;
  return { outcome: 'not-found', revision } as const;
}
