import type { Endpoint, EndpointSlice, Service } from '@coxswain/api';
import type { EndpointRule, Family, Protocol, ServicePortRule } from '../rule-set.ts';
import { type Candidate, chooseNear, type Place, type Preference, usable } from './choose-endpoints.ts';
import { familyOf, inRanges, isName, isPort, isProtocol, usableAddress, usableRange } from './valid-input.ts';

export interface BuildOptions extends Place {
  /** Services that say nothing go to the replica on the caller's own node first. */
  readonly preferLocal?: boolean;
  /** Ranges of cluster IPs: addresses there are nobody's external ones. */
  readonly serviceCIDRs?: readonly string[];
}

/** The rules of one Service and its slices as seen from a node; none for headless and ExternalName Services. */
export function buildServiceRules(
  service: Service,
  slices: readonly EndpointSlice[],
  options: BuildOptions,
): ServicePortRule[] {
  const { spec } = service;
  if (spec.type === 'ExternalName' || !isName(service.metadata.name)) return [];
  const clusterIPs = spec.clusterIPs?.length ? spec.clusterIPs : [spec.clusterIP ?? ''];
  return clusterIPs.flatMap((text) => {
    const family = familyOf(text);
    const clusterIP = family && usableAddress(text, family);
    return family === undefined || clusterIP === undefined ? [] : rulesOf(service, slices, clusterIP, family, options);
  });
}

function rulesOf(
  service: Service,
  slices: readonly EndpointSlice[],
  clusterIP: string,
  family: Family,
  options: BuildOptions,
): ServicePortRule[] {
  const { spec, status } = service;
  const isClusterIP = inRanges(options.serviceCIDRs ?? []);
  const outside = (address: string | undefined) => {
    const ip = usableAddress(address, family);
    return ip === undefined || isClusterIP(ip) ? [] : [ip];
  };
  const balanced = spec.type === 'LoadBalancer';
  const external = balanced || spec.type === 'NodePort';
  const externalIPs = (spec.externalIPs ?? []).flatMap(outside);
  const ingress = balanced ? (status?.loadBalancer?.ingress ?? []) : [];
  const internalPolicyLocal = spec.internalTrafficPolicy === 'Local';
  const externalPolicyLocal = (external || externalIPs.length > 0) && spec.externalTrafficPolicy === 'Local';
  const common = {
    service: `${service.metadata.namespace}/${service.metadata.name}`,
    family,
    clusterIP,
    externalIPs,
    loadBalancerIPs: ingress.flatMap(({ ip, ipMode }) => (ipMode === 'Proxy' ? [] : outside(ip))),
    sourceRanges: (spec.loadBalancerSourceRanges ?? []).flatMap((range) => usableRange(range, family)),
    internalPolicyLocal,
    externalPolicyLocal,
    ...(spec.sessionAffinity === 'ClientIP'
      ? { affinitySeconds: affinityOf(spec.sessionAffinityConfig?.clientIP?.timeoutSeconds) }
      : {}),
    ...(balanced && externalPolicyLocal && isPort(spec.healthCheckNodePort)
      ? { healthCheckNodePort: spec.healthCheckNodePort }
      : {}),
  };
  const clusterWide = !internalPolicyLocal || external || externalIPs.length > 0;
  return (spec.ports ?? []).flatMap(({ name = '', protocol = 'TCP', port, nodePort }) => {
    if (!isPort(port) || !isProtocol(protocol) || !isName(name)) return [];
    const candidates = endpointsOf(slices, { name, protocol, family, node: options.node });
    const near = clusterWide ? chooseNear(candidates, options, preferenceOf(service, options)) : [];
    const here = internalPolicyLocal || externalPolicyLocal ? usable(candidates.filter(({ local }) => local)) : [];
    const rule = {
      ...common,
      portName: name,
      protocol,
      port,
      ...(external && isPort(nodePort) ? { nodePort } : {}),
      clusterEndpoints: near.map(endpointRule),
      localEndpoints: here.map(endpointRule),
      anyEndpoints: usable(candidates).length > 0,
    };
    return [rule];
  });
}

function affinityOf(seconds: number | undefined): number {
  return Number.isInteger(seconds) && (seconds as number) > 0 && (seconds as number) <= 86_400
    ? (seconds as number)
    : 10_800;
}

function preferenceOf({ spec }: Service, { preferLocal }: BuildOptions): Preference {
  switch (spec.trafficDistribution) {
    case 'PreferSameNode':
      return 'node';
    case 'PreferSameZone':
    case 'PreferClose':
      return 'zone';
    default:
      return preferLocal ? 'node' : 'none';
  }
}

interface Wanted {
  readonly name: string;
  readonly protocol: Protocol;
  readonly family: Family;
  readonly node: string;
}

function endpointsOf(slices: readonly EndpointSlice[], wanted: Wanted): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const slice of slices) {
    if (slice.addressType !== wanted.family) continue;
    for (const { name, protocol = 'TCP', port } of slice.ports ?? []) {
      if ((name ?? '') !== wanted.name || protocol !== wanted.protocol || !isPort(port)) continue;
      for (const endpoint of slice.endpoints ?? []) {
        const candidate = candidateOf(endpoint, port, wanted);
        const key = candidate && `${candidate.ip} ${port}`;
        // A pod that moves between slices stands in both for a moment: the usable entry wins.
        if (candidate && key && (!found.has(key) || candidate.ready)) found.set(key, candidate);
      }
    }
  }
  return [...found.values()].sort((a, b) => compare(a.ip, b.ip) || a.port - b.port);
}

function candidateOf(endpoint: Endpoint, port: number, { family, node }: Wanted): Candidate | undefined {
  const { addresses, conditions, nodeName, zone, hints } = endpoint;
  const ip = usableAddress(addresses?.[0], family);
  if (ip === undefined) return undefined;
  const ready = conditions?.ready ?? true;
  return {
    ip,
    port,
    local: nodeName === node,
    ready,
    serving: conditions?.serving ?? ready,
    zone,
    forZones: (hints?.forZones ?? []).map(({ name }) => name),
    forNodes: (hints?.forNodes ?? []).map(({ name }) => name),
  };
}

function endpointRule({ ip, port, local, ready }: Candidate): EndpointRule {
  return { ip, port, local, ready };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
