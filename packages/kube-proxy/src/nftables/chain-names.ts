import { createHash } from 'node:crypto';
import type { EndpointRule, ServicePortRule } from '../rule-set.ts';

/** The kernel's bound is 127 bytes; the hash keeps cut names apart. */
const LONGEST = 120;

/** `service-<hash>-ns/name/tcp/port`, as upstream's nftables proxy names its chains. */
export function serviceChain(rule: ServicePortRule): string {
  return named('service', `${rule.service}/${rule.protocol.toLowerCase()}/${rule.portName}`);
}

export function externalChain(rule: ServicePortRule): string {
  return named('external', `${rule.service}/${rule.protocol.toLowerCase()}/${rule.portName}`);
}

export function endpointChain(rule: ServicePortRule, endpoint: EndpointRule): string {
  return named(
    'endpoint',
    `${rule.service}/${rule.protocol.toLowerCase()}/${rule.portName}__${endpoint.ip}/${endpoint.port}`,
  );
}

export function affinitySet(rule: ServicePortRule, endpoint: EndpointRule): string {
  return endpointChain(rule, endpoint).replace(/^endpoint/, 'affinity');
}

function named(prefix: string, text: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase();
  return `${prefix}-${hash}-${text}`.slice(0, LONGEST);
}
