import type { EndpointRule, ServicePortRule } from '../rule-set.ts';
import { affinitySet, endpointChain, externalChain, serviceChain } from './chain-names.ts';

/** What one Service needs in the table: chains with their rules, sets, and elements of the shared maps. */
export interface RenderedService {
  /** Rules by chain name. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Declarations by set name. */
  readonly sets: ReadonlyMap<string, string>;
  /** Elements by map name, key to verdict. */
  readonly elements: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export interface RenderOptions {
  /** Sources inside it keep their address on the way to a cluster IP; undefined: nobody is masqueraded there. */
  readonly clusterCIDR: string | undefined;
}

export const SERVICE_IPS = 'service-ips';
export const NODE_PORTS = 'service-nodeports';
export const NO_ENDPOINT_IPS = 'no-endpoint-services';
export const NO_ENDPOINT_NODE_PORTS = 'no-endpoint-nodeports';

/** The nftables form of one Service's rules. Pure; the same rules give the same text. */
export function renderService(rules: readonly ServicePortRule[], options: RenderOptions): RenderedService {
  const chains = new Map<string, readonly string[]>();
  const sets = new Map<string, string>();
  const elements = new Map<string, Map<string, string>>();
  const element = (map: string, key: string, value: string) => {
    const entries = elements.get(map) ?? new Map<string, string>();
    entries.set(key, value);
    elements.set(map, entries);
  };

  for (const rule of rules) {
    const protocol = rule.protocol.toLowerCase();
    for (const endpoint of uniqueEndpoints(rule)) {
      chains.set(endpointChain(rule, endpoint), endpointRules(rule, endpoint));
      if (rule.affinitySeconds !== undefined)
        sets.set(
          affinitySet(rule, endpoint),
          `type ipv4_addr; flags dynamic,timeout; timeout ${rule.affinitySeconds}s; size 65535;`,
        );
    }
    if (rule.internalEndpoints.length > 0)
      chains.set(serviceChain(rule), [...clusterMasquerade(rule, options), ...balance(rule, rule.internalEndpoints)]);
    for (const ip of rule.clusterIPs) {
      const key = `${ip} . ${protocol} . ${rule.port}`;
      if (rule.internalEndpoints.length > 0) element(SERVICE_IPS, key, `goto ${serviceChain(rule)}`);
      else element(NO_ENDPOINT_IPS, key, 'goto reject-chain');
    }
    if (rule.nodePort === undefined && rule.externalIPs.length === 0) continue;
    const nothing = rule.externalPolicyLocal ? 'drop' : 'goto reject-chain';
    if (rule.externalEndpoints.length > 0)
      chains.set(externalChain(rule), [
        ...(rule.externalPolicyLocal ? [] : ['jump mark-for-masquerade']),
        ...balance(rule, rule.externalEndpoints),
      ]);
    const usable = rule.externalEndpoints.length > 0;
    for (const ip of rule.externalIPs) {
      const key = `${ip} . ${protocol} . ${rule.port}`;
      if (usable) element(SERVICE_IPS, key, `goto ${externalChain(rule)}`);
      else element(NO_ENDPOINT_IPS, key, nothing);
    }
    if (rule.nodePort !== undefined) {
      const key = `${protocol} . ${rule.nodePort}`;
      if (usable) element(NODE_PORTS, key, `goto ${externalChain(rule)}`);
      else element(NO_ENDPOINT_NODE_PORTS, key, nothing);
    }
  }
  return { chains, sets, elements };
}

function uniqueEndpoints(rule: ServicePortRule): EndpointRule[] {
  const all = [...rule.internalEndpoints, ...rule.externalEndpoints];
  return [...new Map(all.map((endpoint) => [`${endpoint.ip}:${endpoint.port}`, endpoint])).values()];
}

function clusterMasquerade(rule: ServicePortRule, { clusterCIDR }: RenderOptions): string[] {
  if (clusterCIDR === undefined) return [];
  return rule.clusterIPs.map((ip) => `ip daddr ${ip} ip saddr != ${clusterCIDR} jump mark-for-masquerade`);
}

function balance(rule: ServicePortRule, endpoints: readonly EndpointRule[]): string[] {
  const stay =
    rule.affinitySeconds === undefined
      ? []
      : endpoints.map((endpoint) => `ip saddr @${affinitySet(rule, endpoint)} goto ${endpointChain(rule, endpoint)}`);
  const choices = endpoints.map((endpoint, i) => `${i} : goto ${endpointChain(rule, endpoint)}`);
  return [...stay, `numgen random mod ${endpoints.length} vmap { ${choices.join(', ')} }`];
}

function endpointRules(rule: ServicePortRule, endpoint: EndpointRule): string[] {
  const affinity = rule.affinitySeconds === undefined ? [] : [`update @${affinitySet(rule, endpoint)} { ip saddr }`];
  // A pod that reaches itself by its Service must see an answer from elsewhere than itself.
  const hairpin = `ip saddr ${endpoint.ip} jump mark-for-masquerade`;
  return [hairpin, ...affinity, `meta l4proto ${rule.protocol.toLowerCase()} dnat to ${endpoint.ip}:${endpoint.port}`];
}
