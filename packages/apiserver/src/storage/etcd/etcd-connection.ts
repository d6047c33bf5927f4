import type { CallOptions, Client, ClientDuplexStream, Metadata } from '@grpc/grpc-js';
import { Etcd3, type IOptions } from 'etcd3';

export interface EtcdConnectionOptions {
  /** `https://host:port` or `http://host:port`; one call goes to one of them, chosen at random. */
  readonly servers: readonly string[];
  /** PEM; all three or none (plain HTTP). */
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
}

type Service = 'KV' | 'Watch' | 'Lease' | 'Maintenance';

/** Lets everything through: retries and back-off are decided by our callers, not by a circuit breaker under them. */
const NO_POLICY = {
  onSuccess: () => ({ dispose() {} }),
  onFailure: () => ({ dispose() {} }),
  execute: async (fn: (context: { signal: AbortSignal }) => unknown) => fn({ signal: NEVER }),
};
const NEVER = new AbortController().signal;

function same(bytes: Buffer): Buffer {
  return bytes;
}

/**
 * etcd3's connections (addresses, TLS, authentication) with calls as bytes in and bytes out: its generic codecs cost
 * more processor time than all the rest of a write.
 */
export class EtcdConnection extends Etcd3 {
  constructor({ servers, ca, cert, key }: EtcdConnectionOptions) {
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
          if (signal?.aborted) reject(signal.reason);
          else if (error) reject(error);
          else resolve(response as Buffer);
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
    return client.makeBidiStreamRequest('/etcdserverpb.Watch/Watch', same, same, withLeader);
  }

  #stub(service: Service): Promise<{ client: Client; metadata: Metadata }> {
    return this.pool.withConnection(service, ({ client, metadata }) => ({ client, metadata }));
  }
}
