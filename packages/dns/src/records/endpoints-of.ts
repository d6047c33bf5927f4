import type { EndpointSlice, Service } from '@coxswain/api';
import type { ClusterView } from './cluster-view.ts';
import { dashedAddress } from './normal-address.ts';

/** A ready endpoint of a headless Service, under the label by which its own name starts. */
export interface NamedEndpoint {
  /** Its host name; its first address with dashes when it has none. */
  readonly label: string;
  readonly addresses: readonly string[];
  readonly ports: readonly { readonly name: string; readonly protocol: string; readonly port: number }[];
}

/** Those that names are given to. A Service that publishes addresses which are not ready says so in its slices. */
export function endpointsOf(service: Service, view: ClusterView): NamedEndpoint[] {
  const { namespace = '', name } = service.metadata;
  return view.slices(namespace, name ?? '').flatMap(namedEndpoints);
}

export function namedEndpoints(slice: EndpointSlice): NamedEndpoint[] {
  if (slice.addressType === 'FQDN') return [];
  const ports = (slice.ports ?? []).flatMap(({ name = '', protocol = 'TCP', port }) =>
    port === undefined ? [] : [{ name: name.toLowerCase(), protocol: protocol.toLowerCase(), port }],
  );
  return (slice.endpoints ?? []).flatMap(({ addresses, conditions, hostname }) => {
    const [first] = addresses;
    if (conditions?.ready === false || first === undefined) return [];
    return [{ label: hostname?.toLowerCase() || dashedAddress(first), addresses, ports }];
  });
}
