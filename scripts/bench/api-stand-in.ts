// Lists and watches of Services, EndpointSlices and nodes over plain HTTP, with objects as large as a real API server's:
// a process of its own, so that what is measured is the client's. Commanded over its IPC channel.
import { randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EndpointSlice, Service } from '@coxswain/api';

export interface StandInRequest {
  /** Objects that are made or changed; the answer is the port it listens on. */
  readonly put: readonly (Service | EndpointSlice)[];
}

const LISTS: Readonly<Record<string, { kind: string; apiVersion: string }>> = {
  services: { kind: 'ServiceList', apiVersion: 'v1' },
  endpointslices: { kind: 'EndpointSliceList', apiVersion: 'discovery.k8s.io/v1' },
  nodes: { kind: 'NodeList', apiVersion: 'v1' },
};
const objects = new Map(Object.keys(LISTS).map((resource) => [resource, new Map<string, string>()]));
const uids = new Map<string, string>();
const watchers = new Map<string, Set<ServerResponse>>();
let revision = 1;

/** With what a server adds; field owners are often half of an object. */
function asStored(object: Service | EndpointSlice): string {
  const { namespace = '', name = '' } = object.metadata;
  const id = `${object.kind} ${namespace}/${name}`;
  const uid = uids.get(id) ?? randomUUID();
  uids.set(id, uid);
  const owned = (fields: object) => [
    {
      manager: 'kube-controller-manager',
      operation: 'Update',
      apiVersion: object.apiVersion,
      time: '2026-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: fields,
    },
  ];
  const stars = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [`f:${key}`, {}]));
  const managedFields = owned({
    'f:metadata': { 'f:labels': stars(['app', 'app.kubernetes.io/managed-by', 'app.kubernetes.io/instance']) },
    'f:spec': stars(['internalTrafficPolicy', 'ports', 'selector', 'sessionAffinity', 'type', 'clusterIPs']),
    'f:status': stars(['loadBalancer', 'conditions']),
  });
  const metadata = {
    ...object.metadata,
    uid,
    resourceVersion: String(revision),
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: { app: name, 'app.kubernetes.io/instance': name, ...object.metadata.labels },
    annotations: { 'example.com/owner': `team of ${name}` },
    managedFields,
  };
  return JSON.stringify({ ...object, metadata });
}

function put(object: Service | EndpointSlice): void {
  const resource = object.kind === 'Service' ? 'services' : 'endpointslices';
  const { namespace, name } = object.metadata;
  revision += 1;
  const text = asStored(object);
  const all = objects.get(resource);
  const type = all?.has(`${namespace}/${name}`) ? 'MODIFIED' : 'ADDED';
  all?.set(`${namespace}/${name}`, text);
  for (const watcher of watchers.get(resource) ?? []) watcher.write(`{"type":"${type}","object":${text}}\n`);
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
  const resource = pathname.split('/').at(-1) ?? '';
  const list = LISTS[resource];
  response.setHeader('content-type', 'application/json');
  if (!list) return response.writeHead(404).end('{"kind":"Status","status":"Failure","code":404}');
  if (searchParams.get('watch') === null) {
    const items = [...(objects.get(resource)?.values() ?? [])].join(',');
    const metadata = `{"resourceVersion":"${revision}"}`;
    return response.end(
      `{"kind":"${list.kind}","apiVersion":"${list.apiVersion}","metadata":${metadata},"items":[${items}]}`,
    );
  }
  const watching = watchers.get(resource) ?? new Set();
  watchers.set(resource, watching.add(response));
  response.on('close', () => watching.delete(response));
  return response.flushHeaders();
});
server.listen(0, '127.0.0.1', () => process.send?.({ id: 0 }));

process.on('message', ({ id, request }: { id: number; request: StandInRequest }) => {
  for (const object of request.put) put(object);
  process.send?.({ id, result: (server.address() as AddressInfo).port });
});
process.on('disconnect', () => process.exit(0));
