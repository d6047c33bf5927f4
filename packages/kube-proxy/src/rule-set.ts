export type Protocol = 'TCP' | 'UDP' | 'SCTP';

export interface EndpointRule {
  readonly ip: string;
  readonly port: number;
  /** On this node. */
  readonly local: boolean;
}

/** What one port of one Service demands of the packets on this node. */
export interface ServicePortRule {
  /** `namespace/name`, the Service. */
  readonly service: string;
  /** The port's name, '' for an unnamed one. */
  readonly portName: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly clusterIPs: readonly string[];
  readonly externalIPs: readonly string[];
  readonly nodePort?: number;
  /** Where traffic from inside goes; empty: it is refused. */
  readonly internalEndpoints: readonly EndpointRule[];
  /** Where traffic to node ports and external IPs goes; empty: refused, or dropped when the policy is Local. */
  readonly externalEndpoints: readonly EndpointRule[];
  /** externalTrafficPolicy Local keeps the client's address, since the endpoint is on the node it came to. */
  readonly externalPolicyLocal: boolean;
  /** Seconds a client stays with its endpoint (sessionAffinity ClientIP); undefined without affinity. */
  readonly affinitySeconds?: number;
}

/** All Services of the cluster as rules, by `namespace/name`. Immutable: a change makes a new one. */
export interface RuleSet {
  readonly services: ReadonlyMap<string, readonly ServicePortRule[]>;
}

export const emptyRuleSet: RuleSet = { services: new Map() };

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
  /** Removes all that this backend ever made. */
  cleanup(signal: AbortSignal): Promise<void>;
}
