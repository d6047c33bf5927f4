import type { Endpoint, EndpointSlice, Service } from '@coxswain/api';
import type { EndpointRule, Protocol, ServicePortRule } from '../rule-set.ts';

/** The rules of one Service and its slices as seen from `nodeName`; none for headless and ExternalName Services. */
export function buildServiceRules(
  service: Service,
  slices: readonly EndpointSlice[],
  nodeName: string,
): ServicePortRule[] {
  const { spec } = service;
  const clusterIPs = (spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : [])).filter(isIPv4);
  if (spec.type === 'ExternalName' || clusterIPs.length === 0) return [];
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  const ingress = (service.status?.loadBalancer?.ingress ?? [])
    .filter(({ ipMode }) => ipMode !== 'Proxy')
    .map(({ ip }) => ip ?? '');
  return (spec.ports ?? []).map(({ name = '', protocol = 'TCP', port, nodePort }) => {
    const endpoints = endpointsOf(slices, name, protocol as Protocol, nodeName);
    const externalPolicyLocal = external && spec.externalTrafficPolicy === 'Local';
    return {
      service: `${service.metadata.namespace}/${service.metadata.name}`,
      portName: name,
      protocol: protocol as Protocol,
      port,
      clusterIPs,
      externalIPs: [...(spec.externalIPs ?? []), ...(spec.type === 'LoadBalancer' ? ingress : [])].filter(isIPv4),
      ...(external && nodePort ? { nodePort } : {}),
      internalEndpoints: choose(endpoints, spec.internalTrafficPolicy === 'Local'),
      externalEndpoints: choose(endpoints, externalPolicyLocal),
      externalPolicyLocal,
      ...(spec.sessionAffinity === 'ClientIP'
        ? { affinitySeconds: spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800 }
        : {}),
    };
  });
}

interface Candidate extends EndpointRule {
  readonly ready: boolean;
  readonly serving: boolean;
}

/** Ready ones; where there are none, those that still serve while they terminate (KEP-1669). */
function choose(candidates: readonly Candidate[], onlyLocal: boolean): EndpointRule[] {
  const near = onlyLocal ? candidates.filter(({ local }) => local) : candidates;
  const ready = near.filter((candidate) => candidate.ready);
  const chosen = ready.length > 0 ? ready : near.filter(({ serving }) => serving);
  return chosen.map(({ ip, port, local }) => ({ ip, port, local }));
}

function endpointsOf(
  slices: readonly EndpointSlice[],
  portName: string,
  protocol: Protocol,
  nodeName: string,
): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const slice of slices) {
    if (slice.addressType !== 'IPv4') continue;
    for (const { name = '', protocol: slicePortProtocol = 'TCP', port } of slice.ports ?? []) {
      if (name !== portName || slicePortProtocol !== protocol || port === undefined) continue;
      for (const endpoint of slice.endpoints ?? []) {
        const candidate = candidateOf(endpoint, port, nodeName);
        const key = candidate && `${candidate.ip}:${port}`;
        // A pod that moves between slices stands in both for a moment: the usable entry wins.
        if (candidate && key && (!found.has(key) || candidate.ready)) found.set(key, candidate);
      }
    }
  }
  return [...found.values()].sort((a, b) => compare(a.ip, b.ip) || a.port - b.port);
}

function candidateOf({ addresses, conditions, nodeName }: Endpoint, port: number, here: string): Candidate | undefined {
  const ip = addresses[0];
  if (ip === undefined) return undefined;
  const ready = conditions?.ready ?? true;
  return { ip, port, local: nodeName === here, ready, serving: conditions?.serving ?? ready };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isIPv4(address: string): boolean {
  return address !== '' && address !== 'None' && !address.includes(':');
}
