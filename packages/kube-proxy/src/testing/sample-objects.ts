import type { EndpointSlice, Service } from '@coxswain/api';

export interface SampleEndpoint {
  readonly ip: string;
  /** `node-1`, the proxy's own, unless given. */
  readonly node?: string;
  readonly zone?: string;
  /** Zones that its slice hints it is for. */
  readonly forZones?: readonly string[];
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
}

/** A Service `default/web` with cluster IP 10.96.7.7 and port 80 to 8080. */
export function sampleService(spec: Partial<Service['spec']> = {}, extra: Partial<Service> = {}): Service {
  const clusterIP = spec.clusterIP ?? '10.96.7.7';
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      type: 'ClusterIP',
      clusterIP,
      clusterIPs: [clusterIP],
      ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }],
      ...spec,
    },
    ...extra,
  } as Service;
}

/** The slice of a Service: its ports by name and protocol with the port of the endpoints. */
export function sampleSlice(
  endpoints: readonly SampleEndpoint[],
  { service = 'web', ports = [{ name: '', protocol: 'TCP', port: 8080 }], addressType = 'IPv4', name = '' } = {},
): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: name || `${service}-${addressType.toLowerCase()}`,
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': service },
    },
    addressType,
    ports,
    endpoints: endpoints.map(({ ip, node = 'node-1', zone, forZones, conditions = { ready: true } }) => ({
      addresses: [ip],
      nodeName: node,
      conditions: { ...conditions },
      ...(zone === undefined ? {} : { zone }),
      ...(forZones === undefined ? {} : { hints: { forZones: forZones.map((name) => ({ name })) } }),
    })),
  };
}

const MANY_ENDPOINTS = [{ ip: '10.244.77.2' }, { ip: '10.244.78.2', node: 'node-2' }];

/** Services 10.96.100.1 and on, each with two endpoints. */
export function many(count: number): { put: (Service | EndpointSlice)[]; keys: string[] } {
  const put: (Service | EndpointSlice)[] = [];
  const keys: string[] = [];
  for (let i = 0; i < count; i++) {
    const name = `many-${i}`;
    const clusterIP = `10.96.${100 + Math.floor((i + 1) / 256)}.${(i + 1) % 256}`;
    put.push(sampleService({ clusterIP }, { metadata: { name, namespace: 'default' } }));
    put.push(sampleSlice(MANY_ENDPOINTS, { service: name }));
    keys.push(`default/${name}`);
  }
  return { put, keys };
}
