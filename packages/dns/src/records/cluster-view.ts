import type { EndpointSlice, Service } from '@coxswain/api';
import { SERVICE_NAME_LABEL } from '@coxswain/api';

/** What names are answered from: the cluster's objects as the informers hold them. Every look-up goes by an index. */
export interface ClusterView {
  hasNamespace(namespace: string): boolean;
  service(namespace: string, name: string): Service | undefined;
  /** The slices of a Service. */
  slices(namespace: string, service: string): readonly EndpointSlice[];
  /** Services that have the address as a cluster IP; the address as `normalAddress` writes it. */
  servicesByAddress(address: string): readonly Service[];
  /** Slices with an endpoint of that address. */
  slicesByAddress(address: string): readonly EndpointSlice[];
}

export function isHeadless(service: Service): boolean {
  return service.spec?.clusterIP === 'None';
}

/** The Service a slice belongs to, by its label. */
export function serviceNameOf(slice: EndpointSlice): string | undefined {
  return slice.metadata.labels?.[SERVICE_NAME_LABEL];
}
