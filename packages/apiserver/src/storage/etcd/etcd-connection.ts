import type { CallOptions, Client, ClientDuplexStream, Metadata } from '@grpc/grpc-js';
import { Etcd3, type IOptions } from 'etcd3';
import { verifyAddresses } from './verify-addresses.ts';

export interface EtcdConnectionOptions {
  /** `https://host:port` or `http://host:port`; calls go to one of them, chosen at random, until it fails. */
  readonly servers: readonly string[];
  /** PEM; all three or none (plain HTTP). */
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
}

type Service = 'KV' | 'Watch' | 'Lease';

interface Stub {
  readonly client: Client;
  readonly metadata: Metadata;
}

/** Lets everything through: retries and back-off are decided by our callers, not by a circuit breaker under them. */
const NO_POLICY = {
  onSuccess: () => ({ dispose() {} }),
  onFailure: () => ({ dispose() {} }),
  execute: async (fn: (context: { signal: AbortSignal }) => unknown) => fn({ signal: NEVER }),
};
const NEVER = new AbortController().signal;

const UNAVAILABLE = 14;

function same(bytes: Buffer): Buffer {
  return bytes;
}

/**
 * etcd3's connections (addresses, TLS, authentication) with calls as bytes in and bytes out: its generic codecs cost
 * more processor time than all the rest of a write.
 */
export class EtcdConnection extends Etcd3 {
  readonly #stubs = new Map<Service, Stub>();

  constructor(options: EtcdConnectionOptions) {
    const { servers, ca, cert, key } = options;
    const policy = NO_POLICY as unknown as NonNullable<NonNullable<IOptions['faultHandling']>['global']>;
    super({
      hosts: [...servers],
      ...(ca && {
        credentials: { rootCertificate: ca, ...(key && { privateKey: key }), ...(cert && { certChain: cert }) },
      }),
      faultHandling: { host: () => policy, global: policy },
      grpcOptions: {
        'grpc.max_receive_message_length': -1,
        'grpc.max_send_message_length': -1,
        'grpc.keepalive_time_ms': 30_000,
        'grpc.keepalive_timeout_ms': 10_000,
        'grpc.keepalive_permit_without_calls': 1,
        'grpc.initial_reconnect_backoff_ms': 100,
        'grpc.min_reconnect_backoff_ms': 100,
        'grpc.max_reconnect_backoff_ms': 1_000,
        'grpc.enable_retries': 0,
      },
    });
    if (ca) verifyAddresses(this.pool, options);
  }

  /** One call, at most `timeoutMs` long. Rejects with grpc-js's error, or with the signal's reason. */
  async call(
    service: Service,
    method: string,
    request: Buffer,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Buffer> {
    signal?.throwIfAborted();
    const { client, metadata } = await this.#stub(service);
    return new Promise((resolve, reject) => {
      const onAbort = () => call.cancel();
      const call = client.makeUnaryRequest(
        `/etcdserverpb.${service}/${method}`,
        same,
        same,
        request,
        metadata,
        { deadline: Date.now() + timeoutMs } satisfies CallOptions,
        (error, response) => {
          signal?.removeEventListener('abort', onAbort);
          if (!error) resolve(response as Buffer);
          else if (signal?.aborted) reject(signal.reason);
          else {
            if (error.code === UNAVAILABLE) this.#stubs.clear();
            reject(error);
          }
        },
      );
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** A watch stream; etcd ends it when its member has lost the leader. */
  async openWatch(): Promise<ClientDuplexStream<Buffer, Buffer>> {
    const { client, metadata } = await this.#stub('Watch');
    const withLeader = metadata.clone();
    withLeader.set('hasleader', 'true');
    const stream = client.makeBidiStreamRequest('/etcdserverpb.Watch/Watch', same, same, withLeader);
    stream.on('error', () => this.#stubs.clear());
    return stream;
  }

  async #stub(service: Service): Promise<Stub> {
    const known = this.#stubs.get(service);
    if (known) return known;
    const stub = await this.pool.withConnection(service, ({ client, metadata }) => ({ client, metadata }));
    this.#stubs.set(service, stub);
    return stub;
  }
}
