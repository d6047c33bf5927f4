import {
  apiServiceKind,
  deepEqual,
  endpointSliceKind,
  isNotFound,
  type Kind,
  type KubeObject,
  serviceKind,
} from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';

const NAME = 'metrics-server';
const NAMESPACE = 'kube-system';
const LABELS = { 'k8s-app': NAME };

export interface Registration {
  readonly address: string;
  readonly port: number;
  /** PEM of the serving certificate's authority. */
  readonly authority: string;
}

/** Makes the Service, its one endpoint and the APIService say where this process is. */
export async function register(client: ApiClient, registration: Registration, signal: AbortSignal): Promise<void> {
  for (const [kind, object] of wantedObjects(registration)) await ensure(client, kind, object, signal);
}

export function wantedObjects({ address, port, authority }: Registration): [Kind, KubeObject][] {
  const metadata = { name: NAME, namespace: NAMESPACE, labels: LABELS };
  const service = { metadata, spec: { ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }] } };
  const slice = {
    metadata: { ...metadata, labels: { ...LABELS, 'kubernetes.io/service-name': NAME } },
    addressType: address.includes(':') ? 'IPv6' : 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  };
  const apiService = {
    metadata: { name: 'v1beta1.metrics.k8s.io', labels: LABELS },
    spec: {
      service: { name: NAME, namespace: NAMESPACE, port: 443 },
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      caBundle: Buffer.from(authority).toString('base64'),
    },
  };
  return [
    [serviceKind as unknown as Kind, service as unknown as KubeObject],
    [endpointSliceKind as unknown as Kind, slice as unknown as KubeObject],
    [apiServiceKind as unknown as Kind, apiService as unknown as KubeObject],
  ];
}

async function ensure(client: ApiClient, kind: Kind, wanted: KubeObject, signal: AbortSignal): Promise<void> {
  const resource = client.resource(kind);
  const { name, namespace } = wanted.metadata;
  try {
    const found = await resource.get(name, { namespace, signal });
    const next = { ...found, ...merged(found, wanted), metadata: found.metadata };
    if (!deepEqual(next, found)) await resource.update(next, { signal });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await resource.create(wanted, { signal });
  }
}

/** What is wanted over what is there: fields that the server filled in stay. */
function merged(found: unknown, wanted: unknown): object {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(found) || !isObject(wanted)) return wanted as object;
  const result: Record<string, unknown> = { ...found };
  for (const [key, value] of Object.entries(wanted)) result[key] = isObject(value) ? merged(found[key], value) : value;
  return result;
}
