import { type ClusterView, isHeadless, serviceNameOf } from './cluster-view.ts';
import { namedEndpoints } from './endpoints-of.ts';
import { normalAddress } from './normal-address.ts';
import type { Zone } from './resolution.ts';

/** The names of an address: of the Services that have it as cluster IP, else of endpoints of headless Services. */
export function resolveAddress(address: string, view: ClusterView, zone: Zone): string[] {
  const services = view.servicesByAddress(address);
  if (services.length > 0)
    return services.map(({ metadata }) => `${metadata.name}.${metadata.namespace}.svc.${zone.domain}`);
  const names = view.slicesByAddress(address).flatMap((slice) => {
    const { namespace = '' } = slice.metadata;
    const service = view.service(namespace, serviceNameOf(slice) ?? '');
    if (!service || !isHeadless(service)) return [];
    return namedEndpoints(slice)
      .filter((endpoint) => endpoint.addresses.some((each) => normalAddress(each) === address))
      .map((endpoint) => `${endpoint.label}.${service.metadata.name}.${namespace}.svc.${zone.domain}`);
  });
  return [...new Set(names)];
}
