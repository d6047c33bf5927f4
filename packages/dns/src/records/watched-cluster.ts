import {
  type EndpointSlice,
  endpointSliceKind,
  namespaceKind,
  SERVICE_NAME_LABEL,
  type Service,
  serviceKind,
} from '@coxswain/api';
import type { InformerFactory } from '@coxswain/client';
import { type ClusterView, serviceNameOf } from './cluster-view.ts';
import { normalAddress } from './normal-address.ts';

const BY_SERVICE = 'byService';
const BY_ADDRESS = 'byAddress';

/** The view over informers; what isn't listed yet isn't there. `onChange` is called when what it shows has changed. */
export function watchCluster(informers: InformerFactory, onChange: () => void): ClusterView {
  const namespaces = informers.for(namespaceKind);
  const services = informers.for(serviceKind, { indexes: { [BY_ADDRESS]: clusterAddresses } });
  const slices = informers.for(endpointSliceKind, {
    labelSelector: SERVICE_NAME_LABEL,
    indexes: {
      [BY_SERVICE]: (slice) => [`${slice.metadata.namespace}/${serviceNameOf(slice)}`],
      [BY_ADDRESS]: endpointAddresses,
    },
  });
  const changed = { added: onChange, updated: onChange, deleted: onChange };
  namespaces.addHandler(changed);
  services.addHandler(changed);
  slices.addHandler(changed);
  return {
    hasNamespace: (namespace) => namespaces.lister.get(namespace) !== undefined,
    service: (namespace, name) => services.lister.get(`${namespace}/${name}`),
    slices: (namespace, service) => slices.lister.byIndex(BY_SERVICE, `${namespace}/${service}`),
    servicesByAddress: (address) => services.lister.byIndex(BY_ADDRESS, address),
    slicesByAddress: (address) => slices.lister.byIndex(BY_ADDRESS, address),
  };
}

function clusterAddresses({ spec }: Service): string[] {
  const addresses = spec?.clusterIPs?.length ? spec.clusterIPs : [spec?.clusterIP ?? ''];
  return addresses.filter((address) => address !== '' && address !== 'None').map(normalAddress);
}

function endpointAddresses(slice: EndpointSlice): string[] {
  if (slice.addressType === 'FQDN') return [];
  return [...new Set((slice.endpoints ?? []).flatMap(({ addresses }) => addresses.map(normalAddress)))];
}
