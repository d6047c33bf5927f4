import {
  type EndpointRule,
  externalEndpoints,
  type Family,
  internalEndpoints,
  isExternal,
  reachableEndpoints,
  type ServicePortRule,
} from './rule-set.ts';

export interface RenderOptions {
  readonly family: Family;
  /** Sources inside it keep their address on the way to a cluster IP; undefined: nobody is masqueraded there. */
  readonly clusterCIDR: string | undefined;
}

/** A chain that draws an endpoint: of the whole cluster, or of this node. */
export interface Balancer {
  readonly kind: 'service' | 'local';
  readonly endpoints: readonly EndpointRule[];
  /** The cluster IP leads here, so that it decides who is masqueraded. */
  readonly leads: boolean;
}

/** Whose packets to an address for outside go to which balancer; the first that fits decides. */
export interface ExternalStep {
  readonly from: 'anyone' | 'pods' | 'this node';
  readonly masquerade: boolean;
  readonly to: Balancer['kind'];
}

/** The chains that one port of a Service needs and what leads to them, in packet filters that are made of chains. */
export interface ServicePlan {
  /** Each has a chain of its own. */
  readonly endpoints: readonly EndpointRule[];
  readonly balancers: readonly Balancer[];
  /** Where the cluster IP leads; undefined for nowhere. */
  readonly internal: Balancer['kind'] | undefined;
  /** What becomes of packets that are led nowhere. */
  readonly nothing: 'drop' | 'reject';
  /** The way of the addresses for clients outside; undefined when the Service has none. */
  readonly external: ExternalPlan | undefined;
}

export interface ExternalPlan {
  /** None when no endpoint can be reached. */
  readonly steps: readonly ExternalStep[];
  /** Clients outside have nobody who answers. */
  readonly refused: boolean;
}

export function planService(rule: ServicePortRule, { clusterCIDR }: RenderOptions): ServicePlan {
  const candidates: Balancer[] = [
    { kind: 'service', endpoints: rule.clusterEndpoints, leads: !rule.internalPolicyLocal },
    { kind: 'local', endpoints: rule.localEndpoints, leads: rule.internalPolicyLocal },
  ];
  const internal = rule.internalPolicyLocal ? 'local' : 'service';
  return {
    endpoints: reachableEndpoints(rule),
    balancers: candidates.filter(({ endpoints, leads }) => endpoints.length > 0 && (leads || isExternal(rule))),
    internal: internalEndpoints(rule).length > 0 ? internal : undefined,
    nothing: rule.anyEndpoints ? 'drop' : 'reject',
    external: isExternal(rule)
      ? { steps: externalSteps(rule, clusterCIDR !== undefined), refused: externalEndpoints(rule).length === 0 }
      : undefined,
  };
}

/** Under Local, what comes from inside the cluster is led as the cluster IP would lead it. */
function externalSteps(rule: ServicePortRule, podsAreKnown: boolean): ExternalStep[] {
  const steps: ExternalStep[] = [];
  if (rule.clusterEndpoints.length > 0 && !rule.externalPolicyLocal)
    steps.push({ from: 'anyone', masquerade: true, to: 'service' });
  if (rule.clusterEndpoints.length > 0 && rule.externalPolicyLocal) {
    if (podsAreKnown) steps.push({ from: 'pods', masquerade: false, to: 'service' });
    steps.push({ from: 'this node', masquerade: true, to: 'service' });
  }
  if (rule.localEndpoints.length > 0 && rule.externalPolicyLocal)
    steps.push({ from: 'anyone', masquerade: false, to: 'local' });
  return steps;
}
