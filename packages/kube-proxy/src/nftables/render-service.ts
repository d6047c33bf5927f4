import type { EndpointRule, ServicePortRule } from '../rule-set.ts';
import { type ExternalStep, planService, type RenderOptions } from '../service-plan.ts';
import { affinitySet, endpointChain, serviceChain } from './chain-names.ts';
import { type ElementSink, isPlain, NODE_PORTS, renderPlain, SERVICE_IPS } from './render-plain.ts';

/** What one Service needs in the table: chains with their rules, sets, and elements of the shared maps. */
export interface RenderedService {
  /** Rules by chain name. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Declarations by set name. */
  readonly sets: ReadonlyMap<string, string>;
  /** Elements by map name, key to verdict. */
  readonly elements: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export const NO_ENDPOINT_IPS = 'no-endpoint-services';
export const NO_ENDPOINT_NODE_PORTS = 'no-endpoint-nodeports';
export const FIREWALL_IPS = 'firewall-ips';

/**
 * Up to so many endpoints are drawn one rule after another. More share a map in a rule, which the kernel makes in time
 * proportional to the number of maps that are there.
 */
const MOST_IN_TURN = 8;

/** The nftables form of one Service's rules of one family. Pure; the same rules give the same text. */
export function renderService(rules: readonly ServicePortRule[], options: RenderOptions): RenderedService {
  const rendered = { chains: new Map(), sets: new Map(), elements: new Map() };
  for (const rule of rules) if (rule.family === options.family) renderPort(rendered, rule, options);
  return rendered;
}

interface Building {
  readonly chains: Map<string, readonly string[]>;
  readonly sets: Map<string, string>;
  readonly elements: Map<string, Map<string, string>>;
}

function renderPort(into: Building, rule: ServicePortRule, options: RenderOptions): void {
  const { clusterCIDR, family } = options;
  const ip = family === 'IPv4' ? 'ip' : 'ip6';
  const protocol = rule.protocol.toLowerCase();
  const element = (map: string, key: string, value: string) => {
    const entries = into.elements.get(map) ?? new Map<string, string>();
    into.elements.set(map, entries.set(key, value));
  };

  if (isPlain(rule)) {
    renderPlain(rule, element);
    renderFirewall(into, rule, { ip, element });
    return;
  }
  const plan = planService(rule, options);
  for (const endpoint of plan.endpoints) {
    into.chains.set(endpointChain(rule, endpoint), endpointRules(rule, endpoint, ip));
    if (rule.affinitySeconds !== undefined)
      into.sets.set(
        affinitySet(rule, endpoint),
        `type ${family === 'IPv4' ? 'ipv4_addr' : 'ipv6_addr'}; flags dynamic,timeout; timeout ${rule.affinitySeconds}s; size 65535;`,
      );
  }

  // 1. Chains that balance; traffic to the cluster IP from outside the cluster comes back through this node.
  const masquerade =
    clusterCIDR === undefined
      ? []
      : [`${ip} daddr ${rule.clusterIP} ${ip} saddr != ${clusterCIDR} jump mark-for-masquerade`];
  for (const { kind, endpoints, leads } of plan.balancers)
    into.chains.set(serviceChain(kind, rule), [...(leads ? masquerade : []), ...balance(rule, endpoints, ip)]);

  // 2. The cluster IP.
  const nothing = plan.nothing === 'drop' ? 'drop' : 'goto reject-chain';
  const clusterKey = `${rule.clusterIP} . ${protocol} . ${rule.port}`;
  if (plan.internal !== undefined) element(SERVICE_IPS, clusterKey, `goto ${serviceChain(plan.internal, rule)}`);
  else element(NO_ENDPOINT_IPS, clusterKey, nothing);
  if (!plan.external) return;

  // 3. Addresses for clients outside.
  const { steps, refused } = plan.external;
  const external = serviceChain('external', rule);
  if (steps.length > 0) into.chains.set(external, externalRules(rule, steps, { ip, clusterCIDR }));
  const lead = (map: string, without: string, key: string) => {
    if (steps.length > 0) element(map, key, `goto ${external}`);
    if (refused) element(without, key, nothing);
  };
  for (const address of [...rule.externalIPs, ...rule.loadBalancerIPs])
    lead(SERVICE_IPS, NO_ENDPOINT_IPS, `${address} . ${protocol} . ${rule.port}`);
  if (rule.nodePort !== undefined) lead(NODE_PORTS, NO_ENDPOINT_NODE_PORTS, `${protocol} . ${rule.nodePort}`);

  renderFirewall(into, rule, { ip, element });
}

/** The load balancer's addresses are for some only. */
function renderFirewall(
  into: Building,
  rule: ServicePortRule,
  { ip, element }: { ip: string; element: ElementSink },
): void {
  if (rule.sourceRanges.length === 0) return;
  const firewall = serviceChain('firewall', rule);
  const known = rule.sourceRanges.map((range) => `${ip} saddr ${range} return`);
  if (rule.loadBalancerIPs.length > 0) into.chains.set(firewall, [...known, 'drop']);
  for (const address of rule.loadBalancerIPs)
    element(FIREWALL_IPS, `${address} . ${rule.protocol.toLowerCase()} . ${rule.port}`, `goto ${firewall}`);
}

function externalRules(
  rule: ServicePortRule,
  steps: readonly ExternalStep[],
  { ip, clusterCIDR }: { ip: string; clusterCIDR: string | undefined },
): string[] {
  const source = { anyone: '', pods: `${ip} saddr ${clusterCIDR} `, 'this node': 'fib saddr type local ' };
  return steps.flatMap(({ from, masquerade, to }) => [
    ...(masquerade ? [`${source[from]}jump mark-for-masquerade`] : []),
    `${source[from]}goto ${serviceChain(to, rule)}`,
  ]);
}

function balance(rule: ServicePortRule, endpoints: readonly EndpointRule[], ip: string): string[] {
  const stay =
    rule.affinitySeconds === undefined
      ? []
      : endpoints.map(
          (endpoint) => `${ip} saddr @${affinitySet(rule, endpoint)} goto ${endpointChain(rule, endpoint)}`,
        );
  if (endpoints.length > MOST_IN_TURN) {
    const choices = endpoints.map((endpoint, i) => `${i} : goto ${endpointChain(rule, endpoint)}`);
    return [...stay, `numgen random mod ${endpoints.length} vmap { ${choices.join(', ')} }`];
  }
  const choices = endpoints.map((endpoint, i) => {
    const left = endpoints.length - i;
    return `${left === 1 ? '' : `numgen random mod ${left} == 0 `}goto ${endpointChain(rule, endpoint)}`;
  });
  return [...stay, ...choices];
}

function endpointRules(rule: ServicePortRule, endpoint: EndpointRule, ip: string): string[] {
  const affinity = rule.affinitySeconds === undefined ? [] : [`update @${affinitySet(rule, endpoint)} { ${ip} saddr }`];
  // A pod that reaches itself by its Service must see an answer from elsewhere than itself.
  const hairpin = `${ip} saddr ${endpoint.ip} jump mark-for-masquerade`;
  const target = ip === 'ip' ? `${endpoint.ip}:${endpoint.port}` : `[${endpoint.ip}]:${endpoint.port}`;
  return [hairpin, ...affinity, `meta l4proto ${rule.protocol.toLowerCase()} dnat to ${target}`];
}
