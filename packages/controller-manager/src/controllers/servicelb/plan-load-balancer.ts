import type { EndpointSlice, Node, Service } from '@coxswain/api';

/** Services that name another class are for another controller (KEP-1959). */
export const LOAD_BALANCER_CLASS = 'coxswain.dev/service-lb';

const EXCLUDE_LABEL = 'node.kubernetes.io/exclude-from-external-load-balancers';
/** Ports of a node's own programs, which no Service may take from it. */
const RESERVED = new Set([22, 2379, 2380, 6443, 10249, 10250, 10256, 10257, 10259]);

export interface LoadBalancerState {
  /** Every Service that wants one. */
  readonly balanced: readonly Service[];
  readonly nodes: readonly Node[];
  /** Those of the Service in question. */
  readonly slices: readonly EndpointSlice[];
}

export type LoadBalancerPlan =
  | { readonly kind: 'addresses'; readonly ips: readonly string[] }
  | { readonly kind: 'refused'; readonly message: string };

export function wantsLoadBalancer({ spec }: Service): boolean {
  return spec?.type === 'LoadBalancer' && (spec.loadBalancerClass ?? LOAD_BALANCER_CLASS) === LOAD_BALANCER_CLASS;
}

/**
 * The addresses of a Service of type LoadBalancer where there is no load balancer: those of the nodes, each of which takes
 * the Service's ports. With externalTrafficPolicy Local only nodes that have a ready endpoint. A port goes to the Service
 * that had it first.
 */
export function planLoadBalancer(service: Service, state: LoadBalancerState): LoadBalancerPlan {
  const claim = claimsOf(service).find(({ port }) => RESERVED.has(port));
  if (claim)
    return { kind: 'refused', message: `port ${claim.protocol} ${claim.port} belongs to the nodes themselves` };
  for (const other of state.balanced) {
    if (!isBefore(other, service)) continue;
    const taken = claimsOf(service).find((own) =>
      claimsOf(other).some(({ protocol, port }) => own.protocol === protocol && own.port === port),
    );
    if (taken) {
      const { namespace, name } = other.metadata;
      return {
        kind: 'refused',
        message: `port ${taken.protocol} ${taken.port} of the nodes is taken by service ${namespace}/${name}`,
      };
    }
  }
  const local = service.spec?.externalTrafficPolicy === 'Local' ? nodesWithEndpoints(state.slices) : undefined;
  const ips = state.nodes
    .filter((node) => isUsable(node) && (local?.has(node.metadata.name) ?? true))
    .flatMap(({ status }) =>
      (status?.addresses ?? []).filter(({ type }) => type === 'InternalIP').map(({ address }) => address),
    );
  return { kind: 'addresses', ips: [...new Set(ips)].sort() };
}

function claimsOf({ spec }: Service): { protocol: string; port: number }[] {
  return (spec?.ports ?? []).map(({ protocol = 'TCP', port }) => ({ protocol, port }));
}

function isBefore(a: Service, b: Service): boolean {
  if (a.metadata.uid === b.metadata.uid) return false;
  const [left, right] = [a, b].map(({ metadata }) => `${metadata.creationTimestamp ?? ''} ${metadata.uid ?? ''}`);
  return (left as string) < (right as string);
}

function isUsable({ metadata, status }: Node): boolean {
  if (metadata.labels?.[EXCLUDE_LABEL] !== undefined || metadata.deletionTimestamp !== undefined) return false;
  return (status?.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True');
}

function nodesWithEndpoints(slices: readonly EndpointSlice[]): Set<string | undefined> {
  return new Set(
    slices.flatMap(({ endpoints }) =>
      (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false).map(({ nodeName }) => nodeName),
    ),
  );
}
