import type { EndpointSlice, Service } from '@coxswain/api';
import { SERVICE_NAME_LABEL } from '@coxswain/api';

/** Label by which other proxies take a Service over. */
export const OTHER_PROXY_LABEL = 'service.kubernetes.io/service-proxy-name';

/** Of 10,000 Services only what rules are made of stays in memory. */
export function keptOfService({ apiVersion, kind, metadata, spec, status }: Service): Service {
  const { selector: _, ...kept } = spec ?? {};
  return {
    apiVersion,
    kind,
    metadata: keptOfMetadata(metadata, OTHER_PROXY_LABEL),
    spec: kept,
    ...(status?.loadBalancer?.ingress ? { status: { loadBalancer: status.loadBalancer } } : {}),
  } as Service;
}

export function keptOfSlice({
  apiVersion,
  kind,
  metadata,
  addressType,
  ports,
  endpoints,
}: EndpointSlice): EndpointSlice {
  return {
    apiVersion,
    kind,
    metadata: keptOfMetadata(metadata, SERVICE_NAME_LABEL),
    addressType,
    ports: (ports ?? []).filter(Boolean),
    // Nulls are left out: a list that can't be taken would hold up all Services.
    endpoints: (endpoints ?? []).filter(Boolean).map(({ addresses, conditions, nodeName, zone, hints }) => ({
      addresses,
      conditions,
      nodeName,
      ...(zone === undefined ? {} : { zone }),
      ...(hints === undefined ? {} : { hints }),
    })),
  } as EndpointSlice;
}

function keptOfMetadata({ name, namespace, uid, resourceVersion, labels }: Service['metadata'], label: string) {
  const value = labels?.[label];
  return { name, namespace, uid, resourceVersion, ...(value === undefined ? {} : { labels: { [label]: value } }) };
}
