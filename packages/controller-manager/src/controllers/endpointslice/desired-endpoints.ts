import { canonicalJson, type Endpoint, type EndpointSlicePort, type Pod, type Service } from '@coxswain/api';
import {
  endpointHostname,
  endpointState,
  isEndpointCandidate,
  isHeadless,
  isIPv6,
  podAddresses,
  podReference,
  targetPortOf,
} from '../../shared/service-endpoints.ts';

export type AddressType = 'IPv4' | 'IPv6';

/** Endpoints that can share slices: of one address family and with the same ports. */
export interface EndpointGroup {
  readonly addressType: AddressType;
  readonly ports: readonly EndpointSlicePort[];
  /** By `endpointKey`. */
  readonly endpoints: ReadonlyMap<string, Endpoint>;
}

export function addressTypesOf({ spec }: Service): AddressType[] {
  const families = (spec.ipFamilies ?? []).filter((family) => family === 'IPv4' || family === 'IPv6');
  if (families.length > 0) return families;
  return [spec.clusterIP && isIPv6(spec.clusterIP) ? 'IPv6' : 'IPv4'];
}

/** Tells endpoints of different pods apart, also when an address is used again. */
export function endpointKey({ addresses, targetRef }: Endpoint): string {
  return `${targetRef?.uid ?? ''}/${addresses[0] ?? ''}`;
}

export function portsKey(addressType: string, ports: readonly EndpointSlicePort[]): string {
  const sorted = ports.map((port) => canonicalJson({ ...port, name: port.name ?? '' })).sort();
  return `${addressType} ${sorted.join(' ')}`;
}

/** What the slices of a Service should hold, by `portsKey`. `zoneOf` gives a node's zone. */
export function desiredEndpoints(
  service: Service,
  pods: readonly Pod[],
  zoneOf: (nodeName: string) => string | undefined,
): Map<string, EndpointGroup> {
  const groups = new Map<
    string,
    { addressType: AddressType; ports: EndpointSlicePort[]; endpoints: Map<string, Endpoint> }
  >();
  for (const addressType of addressTypesOf(service)) {
    for (const pod of pods) {
      if (!isEndpointCandidate(pod)) continue;
      const addresses = podAddresses(pod).filter((address) => isIPv6(address) === (addressType === 'IPv6'));
      const ports = slicePorts(service, pod);
      if (addresses.length === 0 || (ports.length === 0 && !isHeadless(service))) continue;
      const key = portsKey(addressType, ports);
      let group = groups.get(key);
      if (!group) {
        group = { addressType, ports, endpoints: new Map() };
        groups.set(key, group);
      }
      const endpoint = toEndpoint(service, pod, addresses, zoneOf);
      group.endpoints.set(endpointKey(endpoint), endpoint);
    }
  }
  return groups;
}

function slicePorts(service: Service, pod: Pod): EndpointSlicePort[] {
  const ports: EndpointSlicePort[] = [];
  for (const servicePort of service.spec.ports ?? []) {
    const port = targetPortOf(pod, servicePort);
    if (port === undefined) continue;
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    ports.push({ name, protocol, port, ...(appProtocol === undefined ? {} : { appProtocol }) });
  }
  return ports;
}

function toEndpoint(
  service: Service,
  pod: Pod,
  addresses: string[],
  zoneOf: (nodeName: string) => string | undefined,
): Endpoint {
  const nodeName = pod.spec.nodeName;
  const zone = nodeName ? zoneOf(nodeName) : undefined;
  const hostname = endpointHostname(service, pod);
  return {
    addresses,
    conditions: { ...endpointState(service, pod) },
    ...(hostname === undefined ? {} : { hostname }),
    targetRef: podReference(pod),
    ...(nodeName ? { nodeName } : {}),
    ...(zone === undefined ? {} : { zone }),
    ...hintsFor(service, pod, zone),
  };
}

/** spec.trafficDistribution keeps traffic near: every ready endpoint is for its own zone, or its own node. */
function hintsFor(service: Service, pod: Pod, zone: string | undefined): Pick<Endpoint, 'hints'> {
  const { trafficDistribution } = service.spec;
  if (trafficDistribution === undefined || zone === undefined || !endpointState(service, pod).ready) return {};
  const { nodeName } = pod.spec;
  const near = trafficDistribution === 'PreferSameNode' && nodeName ? { forNodes: [{ name: nodeName }] } : {};
  return { hints: { forZones: [{ name: zone }], ...near } };
}
