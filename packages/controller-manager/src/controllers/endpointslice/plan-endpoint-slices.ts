import { deepEqual, type Endpoint, type EndpointSlice, type Pod, type Service } from '@coxswain/api';
import { sameStatus } from '../../shared/compact.ts';
import { addressTypesOf, desiredEndpoints, type EndpointGroup, endpointKey, portsKey } from './desired-endpoints.ts';
import { newSlice, sliceLabels } from './new-slice.ts';

export const MAX_ENDPOINTS_PER_SLICE = 100;

export interface EndpointSlicesInput {
  readonly service: Service;
  /** The pods that the Service selects. */
  readonly pods: readonly Pod[];
  /** The Service's slices that this controller manages. */
  readonly slices: readonly EndpointSlice[];
  zoneOf(nodeName: string): string | undefined;
  readonly maxPerSlice?: number;
}

export interface EndpointSlicesPlan {
  readonly create: readonly EndpointSlice[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
}

/**
 * Brings slices to the desired endpoints with as few writes as may be: endpoints stay where they are; new ones go into
 * slices that change anyway, then into the fullest one that takes them all, then into new slices.
 */
export function planEndpointSlices(input: EndpointSlicesInput): EndpointSlicesPlan {
  const { service, pods, slices, zoneOf, maxPerSlice = MAX_ENDPOINTS_PER_SLICE } = input;
  const desired = desiredEndpoints(service, pods, zoneOf);
  const create: EndpointSlice[] = [];
  const update: EndpointSlice[] = [];
  const remove: EndpointSlice[] = [];
  const present = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const key = portsKey(slice.addressType, slice.ports ?? []);
    present.set(key, [...(present.get(key) ?? []), slice]);
  }

  for (const [key, group] of desired) {
    const filled = fillSlices(group, present.get(key) ?? [], maxPerSlice);
    present.delete(key);
    for (const { slice, endpoints } of filled.kept) {
      if (endpoints.length === 0) remove.push(slice);
      else if (!sameEndpoints(slice.endpoints ?? [], endpoints) || !sameLabels(service, slice))
        update.push(refreshed(service, slice, endpoints));
    }
    for (const endpoints of filled.added) create.push(newSlice(service, group.addressType, group.ports, endpoints));
  }

  // A family without endpoints keeps one empty slice, so that consumers see that the Service is known.
  const leftovers = [...present.values()].flat();
  for (const addressType of addressTypesOf(service)) {
    if ([...desired.values()].some((group) => group.addressType === addressType)) continue;
    const placeholder = leftovers.find((slice) => slice.addressType === addressType && isEmpty(slice));
    if (!placeholder) create.push(newSlice(service, addressType, [], []));
    else {
      leftovers.splice(leftovers.indexOf(placeholder), 1);
      if (!sameLabels(service, placeholder)) update.push(refreshed(service, placeholder, []));
    }
  }
  return { create, update, remove: [...remove, ...leftovers] };
}

interface Filled {
  readonly kept: readonly { readonly slice: EndpointSlice; readonly endpoints: Endpoint[] }[];
  readonly added: readonly Endpoint[][];
}

function fillSlices(group: EndpointGroup, slices: readonly EndpointSlice[], max: number): Filled {
  const missing = new Map(group.endpoints);
  const kept = slices.map((slice) => {
    const endpoints: Endpoint[] = [];
    for (const old of slice.endpoints ?? []) {
      const key = endpointKey(old);
      const next = missing.get(key);
      if (!next || endpoints.length >= max) continue;
      endpoints.push(next);
      missing.delete(key);
    }
    return { slice, endpoints, changed: !sameEndpoints(slice.endpoints ?? [], endpoints) };
  });
  const rest = [...missing.values()];
  for (const { endpoints, changed } of kept)
    if (changed && endpoints.length > 0) endpoints.push(...rest.splice(0, Math.max(0, max - endpoints.length)));
  if (rest.length > 0) {
    const roomy = kept
      .filter(({ endpoints }) => endpoints.length > 0 && endpoints.length + rest.length <= max)
      .sort((a, b) => b.endpoints.length - a.endpoints.length)[0];
    if (roomy) roomy.endpoints.push(...rest.splice(0));
  }
  // An emptied slice is used again rather than deleted beside a new one.
  for (const { endpoints } of kept)
    if (endpoints.length === 0 && rest.length > 0) endpoints.push(...rest.splice(0, max));
  const added: Endpoint[][] = [];
  while (rest.length > 0) added.push(rest.splice(0, max));
  return { kept, added };
}

function refreshed(service: Service, slice: EndpointSlice, endpoints: Endpoint[]): EndpointSlice {
  return { ...slice, metadata: { ...slice.metadata, labels: sliceLabels(service) }, endpoints };
}

function sameEndpoints(a: readonly Endpoint[], b: readonly Endpoint[]): boolean {
  return a.length === b.length && a.every((endpoint, i) => sameStatus(endpoint, b[i]));
}

function sameLabels(service: Service, { metadata }: EndpointSlice): boolean {
  return deepEqual(metadata.labels ?? {}, sliceLabels(service));
}

function isEmpty(slice: EndpointSlice): boolean {
  return (slice.endpoints ?? []).length === 0 && (slice.ports ?? []).length === 0;
}
