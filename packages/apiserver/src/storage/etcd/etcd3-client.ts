import type { CallOptions, Client, Metadata } from '@grpc/grpc-js';
import { Etcd3, type IOptions } from 'etcd3';
import type { EtcdConnectionOptions } from './etcd-connection.ts';
import { verifyAddresses } from './verify-addresses.ts';

type Service = 'KV' | 'Lease';

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

/** etcd3's connections (addresses, TLS, authentication), with calls as bytes in and bytes out like `EtcdConnection`. */
export class Etcd3Client extends Etcd3 {
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

  async #stub(service: Service): Promise<Stub> {
    const known = this.#stubs.get(service);
    if (known) return known;
    const stub = await this.pool.withConnection(service, ({ client, metadata }) => ({ client, metadata }));
    this.#stubs.set(service, stub);
    return stub;
  }
}
