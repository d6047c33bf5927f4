import type { EndpointSlice, Service } from '@coxswain/api';
import { SERVICE_NAME_LABEL } from '@coxswain/api';
import { type ClusterView, serviceNameOf } from '../records/cluster-view.ts';
import { normalAddress } from '../records/normal-address.ts';
import type { Zone } from '../records/resolution.ts';

export const zone: Zone = { domain: 'cluster.local', ttl: 5, nameServers: ['10.96.0.10'] };

type Endpoint = NonNullable<EndpointSlice['endpoints']>[number];
type Port = NonNullable<EndpointSlice['ports']>[number];

export function service(namespace: string, name: string, spec: NonNullable<Service['spec']>): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name }, spec } as Service;
}

export function slice(
  namespace: string,
  serviceName: string,
  endpoints: readonly Endpoint[],
  ports: readonly Port[],
  addressType = 'IPv4',
): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace, name: `${serviceName}-1`, labels: { [SERVICE_NAME_LABEL]: serviceName } },
    addressType,
    endpoints: [...endpoints],
    ports: [...ports],
  } as EndpointSlice;
}

/** A view over plain lists, which a test may change. */
export function viewOf(cluster: {
  readonly namespaces: readonly string[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
}): ClusterView {
  const addressesOf = (each: EndpointSlice) => (each.endpoints ?? []).flatMap(({ addresses }) => addresses);
  return {
    hasNamespace: (namespace) => cluster.namespaces.includes(namespace),
    service: (namespace, name) =>
      cluster.services.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    slices: (namespace, name) =>
      cluster.slices.filter((each) => each.metadata.namespace === namespace && serviceNameOf(each) === name),
    servicesByAddress: (address) =>
      cluster.services.filter(({ spec }) =>
        [spec?.clusterIP, ...(spec?.clusterIPs ?? [])].some((each) => each && normalAddress(each) === address),
      ),
    slicesByAddress: (address) =>
      cluster.slices.filter((each) => addressesOf(each).some((one) => normalAddress(one) === address)),
  };
}

const http = { name: 'http', protocol: 'TCP', port: 8080 };

/** One Service of each kind: with a cluster IP, dual-stack, headless with and without host names, empty, external. */
export const sampleCluster = {
  namespaces: ['default', 'kube-system'],
  services: [
    service('default', 'web', {
      clusterIP: '10.96.1.1',
      clusterIPs: ['10.96.1.1'],
      ports: [
        { name: 'http', protocol: 'TCP', port: 80 },
        { name: 'dns', protocol: 'UDP', port: 53 },
      ],
    }),
    service('default', 'dual', {
      clusterIP: '10.96.1.2',
      clusterIPs: ['10.96.1.2', 'fd00:96::2'],
      ports: [{ port: 80, protocol: 'TCP' }],
    }),
    service('default', 'db', { clusterIP: 'None', ports: [{ name: 'sql', protocol: 'TCP', port: 5432 }] }),
    service('default', 'plain', { clusterIP: 'None', ports: [http] }),
    service('default', 'empty', { clusterIP: 'None' }),
    service('default', 'outside', { type: 'ExternalName', externalName: 'www.example.com' }),
    service('default', 'alias', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' }),
    service('default', 'loop', { type: 'ExternalName', externalName: 'loop.default.svc.cluster.local' }),
  ],
  slices: [
    slice(
      'default',
      'db',
      [
        { addresses: ['10.244.0.5'], conditions: { ready: true }, hostname: 'db-0' },
        { addresses: ['10.244.1.5'], conditions: { ready: true }, hostname: 'db-1' },
        { addresses: ['10.244.1.6'], conditions: { ready: false }, hostname: 'db-2' },
      ],
      [{ name: 'sql', protocol: 'TCP', port: 5432 }],
    ),
    slice('default', 'plain', [{ addresses: ['10.244.0.7'], conditions: { ready: true } }], [http]),
    slice('default', 'web', [{ addresses: ['10.244.0.9'], conditions: { ready: true } }], [http]),
  ],
};

const MANY = Array.from({ length: 60 }, (_, i) => `10.244.9.${i + 1}`);

/** With what C libraries could stumble over besides: an answer longer than a datagram, endpoints of both families. */
export const libraryCluster: typeof sampleCluster = {
  namespaces: sampleCluster.namespaces,
  services: [
    ...sampleCluster.services,
    service('default', 'many', { clusterIP: 'None' }),
    service('default', 'both', { clusterIP: 'None', ports: [http] }),
    service('kube-system', 'dns', { clusterIP: '10.96.0.10', ports: [{ name: 'dns', protocol: 'UDP', port: 53 }] }),
  ],
  slices: [
    ...sampleCluster.slices,
    slice(
      'default',
      'many',
      MANY.map((address) => ({ addresses: [address], conditions: { ready: true } })),
      [],
    ),
    slice('default', 'both', [{ addresses: ['10.244.0.8'], conditions: { ready: true }, hostname: 'b-0' }], [http]),
    named('both-6', slice('default', 'both', [{ addresses: ['fd00:244::8'], hostname: 'b-0' }], [http], 'IPv6')),
  ],
};

function named(name: string, of: EndpointSlice): EndpointSlice {
  return { ...of, metadata: { ...of.metadata, name } };
}
