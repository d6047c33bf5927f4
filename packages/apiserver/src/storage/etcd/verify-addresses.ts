import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { type ChannelCredentials, type ChannelOptions, credentials } from '@grpc/grpc-js';
import type { EtcdConnectionOptions } from './etcd-connection.ts';

/** The part of etcd3's pool that has no setting. */
interface PoolInside {
  readonly hosts: { readonly host: string; channelCredentials: ChannelCredentials; channelOptions: ChannelOptions }[];
}

/**
 * Makes servers that are named by an IP address reachable over TLS: grpc-js sends the address as the TLS server name,
 * which Node refuses since 26. Here they get a server name that is none, and the certificate is held against the
 * address.
 */
export function verifyAddresses(pool: object, { ca, cert, key }: EtcdConnectionOptions): void {
  for (const host of (pool as PoolInside).hosts) {
    const address = new URL(`https://${host.host}`).hostname.replace(/^\[|\]$/g, '');
    if (isIP(address) === 0) continue;
    host.channelCredentials = credentials.createSsl(ca, key ?? null, cert ?? null, {
      checkServerIdentity: (_name, certificate) => checkServerIdentity(address, certificate),
    });
    host.channelOptions = { ...host.channelOptions, 'grpc.ssl_target_name_override': 'etcd' };
  }
}
