import {
  controllerRef,
  type Endpoint,
  type EndpointSlice,
  type EndpointSlicePort,
  SERVICE_NAME_LABEL,
  type Service,
  serviceKind,
} from '@coxswain/api';
import { HEADLESS_LABEL, isHeadless, MANAGED_BY_ENDPOINT_SLICE } from '../../shared/service-endpoints.ts';

export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';

/** The Service's own labels and those that say whose slice it is. */
export function sliceLabels(service: Service): Record<string, string> {
  const { [HEADLESS_LABEL]: _, ...own } = service.metadata.labels ?? {};
  return {
    ...own,
    ...(isHeadless(service) ? { [HEADLESS_LABEL]: '' } : {}),
    [SERVICE_NAME_LABEL]: service.metadata.name,
    [MANAGED_BY_LABEL]: MANAGED_BY_ENDPOINT_SLICE,
  };
}

export function newSlice(
  service: Service,
  addressType: string,
  ports: readonly EndpointSlicePort[],
  endpoints: readonly Endpoint[],
): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: '',
      generateName: `${service.metadata.name}-`,
      namespace: service.metadata.namespace,
      labels: sliceLabels(service),
      ownerReferences: [controllerRef(service, serviceKind)],
    },
    addressType,
    endpoints: [...endpoints],
    ports: [...ports],
  };
}
