export type Protocol = 'TCP' | 'UDP' | 'SCTP';
export type Family = 'IPv4' | 'IPv6';

export interface EndpointRule {
  readonly ip: string;
  readonly port: number;
  /** On this node. */
  readonly local: boolean;
  /** False for one that still serves while it terminates (KEP-1669). */
  readonly ready: boolean;
}

/** What one port of one Service demands, in one address family, of the packets on this node. */
export interface ServicePortRule {
  /** `namespace/name`, the Service. */
  readonly service: string;
  /** The port's name, '' for an unnamed one. */
  readonly portName: string;
  readonly protocol: Protocol;
  readonly family: Family;
  readonly port: number;
  readonly clusterIP: string;
  readonly externalIPs: readonly string[];
  /** Those of status.loadBalancer, unless the load balancer works as a proxy (ipMode). */
  readonly loadBalancerIPs: readonly string[];
  /** Who may use the load balancer's addresses; everyone when empty. */
  readonly sourceRanges: readonly string[];
  readonly nodePort?: number;
  /** internalTrafficPolicy Local: the cluster IP leads to `localEndpoints`. */
  readonly internalPolicyLocal: boolean;
  /** externalTrafficPolicy Local: traffic from outside the cluster goes to `localEndpoints` and keeps its source. */
  readonly externalPolicyLocal: boolean;
  /** Where traffic under a policy of Cluster goes, the near ones only if the Service prefers them. */
  readonly clusterEndpoints: readonly EndpointRule[];
  /** Where traffic under a policy of Local goes; computed only if a policy is Local. */
  readonly localEndpoints: readonly EndpointRule[];
  /** Some endpoint exists somewhere: traffic without a local one is dropped then, and refused otherwise. */
  readonly anyEndpoints: boolean;
  /** Seconds a client stays with its endpoint (sessionAffinity ClientIP); undefined without affinity. */
  readonly affinitySeconds?: number;
  /** Where load balancers ask whether this node has endpoints; with externalTrafficPolicy Local only. */
  readonly healthCheckNodePort?: number;
}

/** All Services of the cluster as rules, by `namespace/name`. Immutable: a change makes a new one. */
export interface RuleSet {
  readonly services: ReadonlyMap<string, readonly ServicePortRule[]>;
}

export const emptyRuleSet: RuleSet = { services: new Map() };

/** Where traffic to the cluster IP goes. */
export function internalEndpoints(rule: ServicePortRule): readonly EndpointRule[] {
  return rule.internalPolicyLocal ? rule.localEndpoints : rule.clusterEndpoints;
}

/** Where traffic from outside to node ports, external IPs and load balancer IPs goes. */
export function externalEndpoints(rule: ServicePortRule): readonly EndpointRule[] {
  return rule.externalPolicyLocal ? rule.localEndpoints : rule.clusterEndpoints;
}

/** Each endpoint that some traffic of this node may reach, once. */
export function reachableEndpoints(rule: ServicePortRule): EndpointRule[] {
  const all = [...rule.clusterEndpoints, ...rule.localEndpoints];
  return [...new Map(all.map((endpoint) => [`${endpoint.ip} ${endpoint.port}`, endpoint])).values()];
}

/** Whether the Service has addresses for clients outside the cluster. */
export function isExternal(rule: ServicePortRule): boolean {
  return rule.nodePort !== undefined || rule.externalIPs.length + rule.loadBalancerIPs.length > 0;
}

/** A way to make packets follow the rules: nftables, iptables, userspace … */
export interface Backend {
  readonly name: string;
  /** Rejects with the reason when this machine can't run it. */
  probe(signal: AbortSignal): Promise<void>;
  /**
   * Makes the machine follow `ruleSet`. `changed` names the Services that may differ from the last call; undefined means
   * that nothing is known of what is there. Rejects when it could not; the next call is then given undefined.
   */
  sync(ruleSet: RuleSet, changed: ReadonlySet<string> | undefined, signal: AbortSignal): Promise<void>;
  /** Whether what the last sync made is still there. */
  intact(signal: AbortSignal): Promise<boolean>;
  /** Told the addresses of all nodes, by a backend that takes addresses to this machine: those are not for taking. */
  avoid?(addresses: ReadonlySet<string>): void;
  /** Removes all that this backend ever made. */
  cleanup(signal: AbortSignal): Promise<void>;
}
