import {
  controllerRef,
  deepEqual,
  type Endpoint,
  type EndpointAddress,
  type EndpointSlice,
  type EndpointSlicePort,
  type Endpoints,
  endpointsKind,
  SERVICE_NAME_LABEL,
  type Service,
} from '@coxswain/api';
import { sameStatus } from '../../shared/compact.ts';
import { isIPv6 } from '../../shared/service-endpoints.ts';
import { portsKey } from '../endpointslice/desired-endpoints.ts';
import { MANAGED_BY_LABEL } from '../endpointslice/new-slice.ts';

export const MANAGED_BY_MIRRORING = 'endpointslicemirroring-controller.k8s.io';
const SKIP_MIRROR = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
const MAX_ADDRESSES_A_SUBSET = 1000;

export interface MirrorPlan {
  readonly create: readonly EndpointSlice[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
  /** Addresses that were left out. */
  readonly skipped: number;
}

export interface MirrorInput {
  readonly endpoints: Endpoints | undefined;
  readonly service: Service | undefined;
  /** Mirrors of these Endpoints. */
  readonly slices: readonly EndpointSlice[];
}

/** Whether people keep these Endpoints by hand, for a Service without a selector. */
export function isMirrored(endpoints: Endpoints | undefined, service: Service | undefined): endpoints is Endpoints {
  return (
    endpoints !== undefined &&
    endpoints.metadata.deletionTimestamp === undefined &&
    endpoints.metadata.labels?.[SKIP_MIRROR] !== 'true' &&
    endpoints.metadata.annotations?.[LEADER] === undefined &&
    service !== undefined &&
    service.spec.selector === undefined
  );
}

/** One slice a family and set of ports, saying what the subsets say. */
export function planMirror({ endpoints, service, slices }: MirrorInput): MirrorPlan {
  if (!isMirrored(endpoints, service)) return { create: [], update: [], remove: slices, skipped: 0 };
  const { groups, skipped } = groupsOf(endpoints);
  const left = new Set(slices);
  const create: EndpointSlice[] = [];
  const update: EndpointSlice[] = [];
  for (const [key, { addressType, ports, list }] of groups) {
    const present = slices.find((slice) => left.has(slice) && portsKey(slice.addressType, slice.ports ?? []) === key);
    const labels = {
      ...endpoints.metadata.labels,
      [SERVICE_NAME_LABEL]: endpoints.metadata.name,
      [MANAGED_BY_LABEL]: MANAGED_BY_MIRRORING,
    };
    if (!present) {
      const { name, namespace } = endpoints.metadata;
      const ownerReferences = [controllerRef(endpoints, endpointsKind)];
      create.push({
        metadata: { name: '', generateName: `${name}-`, namespace, labels, ownerReferences },
        addressType,
        endpoints: list,
        ports,
      });
      continue;
    }
    left.delete(present);
    const same = sameStatus(present.endpoints, list) && deepEqual(present.metadata.labels ?? {}, labels);
    if (!same) update.push({ ...present, metadata: { ...present.metadata, labels }, endpoints: list });
  }
  return { create, update, remove: [...left], skipped };
}

interface Group {
  readonly addressType: 'IPv4' | 'IPv6';
  readonly ports: EndpointSlicePort[];
  readonly list: Endpoint[];
}

function groupsOf({ subsets = [] }: Endpoints): { groups: Map<string, Group>; skipped: number } {
  const groups = new Map<string, Group>();
  let skipped = 0;
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    const all = [
      ...addresses.map((address) => ({ address, ready: true })),
      ...notReadyAddresses.map((address) => ({ address, ready: false })),
    ];
    skipped += Math.max(0, all.length - MAX_ADDRESSES_A_SUBSET);
    const slicePorts = ports.map(({ name = '', port, protocol = 'TCP', appProtocol }) => ({
      name,
      port,
      protocol,
      ...(appProtocol === undefined ? {} : { appProtocol }),
    }));
    for (const { address, ready } of all.slice(0, MAX_ADDRESSES_A_SUBSET)) {
      const addressType = isIPv6(address.ip) ? 'IPv6' : 'IPv4';
      const key = portsKey(addressType, slicePorts);
      const group = groups.get(key) ?? { addressType, ports: slicePorts, list: [] };
      groups.set(key, group);
      if (!group.list.some(({ addresses: [known] }) => known === address.ip))
        group.list.push(toEndpoint(address, ready));
    }
  }
  return { groups, skipped };
}

function toEndpoint({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    ...(targetRef ? { targetRef } : {}),
  };
}
