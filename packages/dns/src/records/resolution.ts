import type { DnsRecord } from './dns-record.ts';

export interface Zone {
  /** Such as `cluster.local`: lower case, no dot at either end. */
  readonly domain: string;
  /** Seconds. */
  readonly ttl: number;
  /** Addresses of the DNS Service itself, which `ns.dns.DOMAIN` names. */
  readonly nameServers: readonly string[];
}

/**
 * What the cluster's own names say. `answer` with no records means that the name exists, but has none of that type;
 * `external` that the name is an alias of one which others answer for.
 */
export type Resolution =
  | { readonly kind: 'answer'; readonly answers: readonly DnsRecord[]; readonly additionals?: readonly DnsRecord[] }
  | { readonly kind: 'external'; readonly answers: readonly DnsRecord[]; readonly target: string }
  | { readonly kind: 'nxdomain' };

export const NXDOMAIN: Resolution = { kind: 'nxdomain' };
export const NO_DATA: Resolution = { kind: 'answer', answers: [] };

export function addressRecord(name: string, address: string, ttl: number): DnsRecord {
  return { name, type: address.includes(':') ? 'AAAA' : 'A', ttl, data: address };
}

export function answer(...answers: readonly DnsRecord[]): Resolution {
  return { kind: 'answer', answers };
}
