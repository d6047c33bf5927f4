import { createHash } from 'node:crypto';
import type { EndpointRule, ServicePortRule } from '../rule-set.ts';

/** The kernel's bound is 127 bytes; the hash keeps cut names apart. */
const LONGEST = 120;

/**
 * Names as upstream's nftables proxy gives them: `service-<hash>-ns/name/tcp/port` balances over the cluster's
 * endpoints, `local-` over this node's, `external-` takes what comes from outside, `firewall-` checks its source.
 */
export type ServiceChain = 'service' | 'local' | 'external' | 'firewall';

export function serviceChain(kind: ServiceChain, rule: ServicePortRule): string {
  return named(kind, portOf(rule));
}

export function endpointChain(rule: ServicePortRule, endpoint: EndpointRule): string {
  return named('endpoint', endpointOf(rule, endpoint));
}

/** The time-out is part of the name, since a set's can't be changed. */
export function affinitySet(rule: ServicePortRule, endpoint: EndpointRule): string {
  return named(`affinity-${rule.affinitySeconds}s`, endpointOf(rule, endpoint));
}

function endpointOf(rule: ServicePortRule, { ip, port }: EndpointRule): string {
  return `${portOf(rule)}__${ip.replaceAll(':', '.')}/${port}`;
}

function portOf({ service, protocol, portName }: ServicePortRule): string {
  return `${service}/${protocol.toLowerCase()}/${portName}`;
}

function named(prefix: string, text: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase();
  return `${prefix}-${hash}-${text}`.slice(0, LONGEST);
}
