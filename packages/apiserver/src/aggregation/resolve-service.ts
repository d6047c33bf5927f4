import {
  type APIServiceReference,
  type EndpointSlice,
  type Endpoints,
  endpointSliceKind,
  endpointsKind,
  type Kind,
  type KubeObject,
  serviceKind,
} from '@coxswain/api';
import type { ResourceCaches } from '../cache/resource-cache.ts';

export interface ServiceAddress {
  readonly host: string;
  readonly port: number;
}

/** Why a Service has no address: a condition's reason and message. */
export class UnresolvedError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * A ready endpoint of an APIService's Service. Endpoints are dialled themselves, as upstream does with
 * --enable-aggregator-routing, since this server need not have a way to cluster addresses.
 * @throws UnresolvedError
 */
export function resolveService(caches: ResourceCaches, reference: APIServiceReference): ServiceAddress {
  const { namespace = '', name = '', port = 443 } = reference;
  const service = object(caches, serviceKind, namespace, name);
  const what = `service/${name} in "${namespace}"`;
  if (!service) throw new UnresolvedError('ServiceNotFound', `${what} is not present`);
  const servicePort = (service.spec.ports ?? []).find((each) => each.port === port);
  if (!servicePort) throw new UnresolvedError('ServicePortError', `${what} is not listening on port ${port}`);
  if (service.spec.type === 'ExternalName') return { host: service.spec.externalName ?? '', port };
  const found = [...slices(caches, namespace, name), ...legacy(caches, namespace, name)].flatMap(({ hosts, ports }) => {
    const own = ports.find((each) => (each.name ?? '') === (servicePort.name ?? ''))?.port;
    return own === undefined ? [] : hosts.map((host) => ({ host, port: own }));
  });
  const chosen = found[Math.floor(Math.random() * found.length)];
  if (chosen) return chosen;
  throw new UnresolvedError(
    'MissingEndpoints',
    `endpoints for ${what} have no addresses with port name "${servicePort.name ?? ''}"`,
  );
}

interface Group {
  readonly hosts: readonly string[];
  readonly ports: readonly { readonly name?: string | undefined; readonly port?: number | undefined }[];
}

function slices(caches: ResourceCaches, namespace: string, name: string): Group[] {
  const listed = caches.forKind(endpointSliceKind).list({
    namespace,
    predicate: ({ labels }) => labels['kubernetes.io/service-name'] === name,
  });
  if (listed.outcome !== 'page') return [];
  return listed.entries.map((entry) => {
    const { endpoints = [], ports = [] } = entry.object as unknown as EndpointSlice;
    const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false);
    return { hosts: ready.flatMap(({ addresses = [] }) => addresses), ports };
  });
}

function legacy(caches: ResourceCaches, namespace: string, name: string): Group[] {
  const endpoints = object<Endpoints>(caches, endpointsKind, namespace, name);
  return (endpoints?.subsets ?? []).map(({ addresses = [], ports = [] }) => ({
    hosts: addresses.map(({ ip }) => ip),
    ports,
  }));
}

function object<T extends KubeObject>(
  caches: ResourceCaches,
  kind: Kind<T>,
  namespace: string,
  name: string,
): T | undefined {
  return caches.forKind(kind).get(namespace, name)?.object as T | undefined;
}
