import { isIP } from 'node:net';
import type { Endpoint, EndpointSlice, Service } from '@coxswain/api';
import type { EndpointRule, Family, Protocol, ServicePortRule } from '../rule-set.ts';
import { type Candidate, chooseNear, type Place, type Preference, usable } from './choose-endpoints.ts';

export interface BuildOptions extends Place {
  /** Services that say nothing go to the replica on the caller's own node first. */
  readonly preferLocal?: boolean;
}

/** The rules of one Service and its slices as seen from a node; none for headless and ExternalName Services. */
export function buildServiceRules(
  service: Service,
  slices: readonly EndpointSlice[],
  options: BuildOptions,
): ServicePortRule[] {
  const { spec } = service;
  if (spec.type === 'ExternalName') return [];
  const clusterIPs = spec.clusterIPs?.length ? spec.clusterIPs : [spec.clusterIP ?? ''];
  return clusterIPs.flatMap((clusterIP) => {
    const family = familyOf(clusterIP);
    return family === undefined ? [] : rulesOf(service, slices, clusterIP, family, options);
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
  const ofFamily = (address: string) => familyOf(address) === family;
  const balanced = spec.type === 'LoadBalancer';
  const external = balanced || spec.type === 'NodePort';
  const externalIPs = (spec.externalIPs ?? []).filter(ofFamily);
  const ingress = balanced ? (status?.loadBalancer?.ingress ?? []) : [];
  const internalPolicyLocal = spec.internalTrafficPolicy === 'Local';
  const externalPolicyLocal = (external || externalIPs.length > 0) && spec.externalTrafficPolicy === 'Local';
  const common = {
    service: `${service.metadata.namespace}/${service.metadata.name}`,
    family,
    clusterIP,
    externalIPs,
    loadBalancerIPs: ingress.flatMap(({ ip = '', ipMode }) => (ipMode !== 'Proxy' && ofFamily(ip) ? [ip] : [])),
    sourceRanges: (spec.loadBalancerSourceRanges ?? [])
      .map((range) => range.trim())
      .filter((range) => ofFamily(range.split('/')[0] ?? '')),
    internalPolicyLocal,
    externalPolicyLocal,
    ...(spec.sessionAffinity === 'ClientIP'
      ? { affinitySeconds: spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800 }
      : {}),
    ...(balanced && externalPolicyLocal && spec.healthCheckNodePort
      ? { healthCheckNodePort: spec.healthCheckNodePort }
      : {}),
  };
  const clusterWide = !internalPolicyLocal || external || externalIPs.length > 0;
  return (spec.ports ?? []).map(({ name = '', protocol = 'TCP', port, nodePort }) => {
    const candidates = endpointsOf(slices, { name, protocol: protocol as Protocol, family, node: options.node });
    const near = clusterWide ? chooseNear(candidates, options, preferenceOf(service, options)) : [];
    const here = internalPolicyLocal || externalPolicyLocal ? usable(candidates.filter(({ local }) => local)) : [];
    return {
      ...common,
      portName: name,
      protocol: protocol as Protocol,
      port,
      ...(external && nodePort ? { nodePort } : {}),
      clusterEndpoints: near.map(endpointRule),
      localEndpoints: here.map(endpointRule),
      anyEndpoints: usable(candidates).length > 0,
    };
  });
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
    for (const { name = '', protocol = 'TCP', port } of slice.ports ?? []) {
      if (name !== wanted.name || protocol !== wanted.protocol || !port) continue;
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
  const ip = addresses[0];
  if (ip === undefined || familyOf(ip) !== family) return undefined;
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

function familyOf(address: string): Family | undefined {
  const version = isIP(address);
  return version === 4 ? 'IPv4' : version === 6 ? 'IPv6' : undefined;
}
