import {
  type EndpointRule,
  externalEndpoints,
  internalEndpoints,
  type RuleSet,
  type ServicePortRule,
} from '../rule-set.ts';

/** One address and port on which this program takes traffic for a Service. */
export interface ListenerPlan {
  readonly protocol: 'TCP' | 'UDP';
  readonly address: string;
  readonly port: number;
  readonly endpoints: readonly EndpointRule[];
  readonly affinitySeconds?: number;
  /** Who may come; everyone when empty. */
  readonly sourceRanges: readonly string[];
}

export interface ListenersPlan {
  /** By `protocol address port`. */
  readonly listeners: ReadonlyMap<string, ListenerPlan>;
  /** Addresses that this machine must answer for. */
  readonly addresses: ReadonlySet<string>;
}

/**
 * Where to listen; a Service without endpoints has its address and no listener, so that the kernel
 * refuses at once. Addresses of other nodes (a LoadBalancer may have them) are left to them. Of two Services with one address and port the first has it. SCTP can't be forwarded by a program.
 */
export function planListeners(
  { services }: RuleSet,
  nodeAddresses: readonly string[],
  nodes: ReadonlySet<string> = new Set(),
): ListenersPlan {
  const listeners = new Map<string, ListenerPlan>();
  const addresses = new Set<string>();
  const listen = (
    rule: ServicePortRule,
    address: string,
    port: number,
    endpoints: readonly EndpointRule[],
    sourceRanges: readonly string[] = [],
  ) => {
    const { protocol, affinitySeconds } = rule;
    const key = `${protocol} ${address} ${port}`;
    if (nodes.has(address) && !nodeAddresses.includes(address)) return;
    if (protocol === 'SCTP' || endpoints.length === 0 || listeners.has(key)) return;
    const affinity = affinitySeconds === undefined ? {} : { affinitySeconds };
    listeners.set(key, { protocol, address, port, endpoints, sourceRanges, ...affinity });
  };
  for (const rule of [...services.values()].flat()) {
    for (const ip of [rule.clusterIP, ...rule.externalIPs, ...rule.loadBalancerIPs])
      if (!nodeAddresses.includes(ip) && !nodes.has(ip)) addresses.add(ip);
    const external = externalEndpoints(rule);
    listen(rule, rule.clusterIP, rule.port, internalEndpoints(rule));
    for (const ip of rule.externalIPs) listen(rule, ip, rule.port, external);
    for (const ip of rule.loadBalancerIPs) listen(rule, ip, rule.port, external, rule.sourceRanges);
    if (rule.nodePort !== undefined)
      for (const ip of nodeAddresses)
        if (ip.includes(':') === (rule.family === 'IPv6')) listen(rule, ip, rule.nodePort, external);
  }
  return { listeners, addresses };
}
