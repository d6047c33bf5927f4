import { createHash } from 'node:crypto';
import type { EndpointRule, ServicePortRule } from '../rule-set.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * Upstream's names: KUBE-SVC-<hash> balances over the cluster's endpoints, KUBE-SVL- over this node's, KUBE-EXT- takes
 * what comes from outside, KUBE-FW- checks its source, KUBE-SEP- is one endpoint.
 */
export function serviceChain(kind: 'SVC' | 'SVL' | 'EXT' | 'FW', rule: ServicePortRule): string {
  return `KUBE-${kind}-${hash(servicePortName(rule) + rule.protocol.toLowerCase())}`;
}

export function endpointChain(rule: ServicePortRule, endpoint: EndpointRule): string {
  return `KUBE-SEP-${hash(servicePortName(rule) + rule.protocol.toLowerCase() + endpointAddress(endpoint))}`;
}

/** `namespace/name:port`, without the port if it has no name. */
export function servicePortName({ service, portName }: ServicePortRule): string {
  return portName === '' ? service : `${service}:${portName}`;
}

/** `ip:port`, an IPv6 address in brackets. */
export function endpointAddress({ ip, port }: EndpointRule): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** The first 80 bits of SHA-256, base32. */
function hash(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  let bits = 0n;
  for (const byte of digest.subarray(0, 10)) bits = (bits << 8n) | BigInt(byte);
  return Array.from({ length: 16 }, (_, i) => BASE32[Number((bits >> BigInt(75 - 5 * i)) & 31n)]).join('');
}
