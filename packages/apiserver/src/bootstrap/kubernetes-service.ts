import { isIPv6 } from 'node:net';
import {
  deepEqual,
  endpointSliceKind,
  endpointsKind,
  isAlreadyExists,
  type Kind,
  type KubeObject,
  serviceKind,
} from '@coxswain/api';
import type { UserInfo } from '../authentication/user-info.ts';
import { changeObject } from '../handlers/change-object.ts';
import { createObject } from '../handlers/create.ts';
import type { HandlerDependencies } from '../handlers/dependencies.ts';
import { objectTarget } from '../handlers/update-target.ts';
import { editable } from '../registry/object-store.ts';

export interface KubernetesServiceOptions {
  /** First address of the service range. */
  readonly clusterIP: string;
  /** --advertise-address and --secure-port. */
  readonly address: string;
  readonly port: number;
}

const NAMESPACE = 'default';
const NAME = 'kubernetes';

/** What upstream's bootstrap controller keeps: Service default/kubernetes and its endpoints. Pure. */
export function kubernetesServiceObjects({ clusterIP, address, port }: KubernetesServiceOptions): {
  readonly service: KubeObject;
  readonly endpoints: KubeObject;
  readonly endpointSlice: KubeObject;
} {
  const labels = { component: 'apiserver', provider: 'kubernetes' };
  const skip = 'endpointslice.kubernetes.io/skip-mirror';
  return {
    service: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: NAME, namespace: NAMESPACE, labels },
      spec: {
        type: 'ClusterIP',
        clusterIP,
        clusterIPs: [clusterIP],
        ipFamilies: [isIPv6(clusterIP) ? 'IPv6' : 'IPv4'],
        ipFamilyPolicy: 'SingleStack',
        sessionAffinity: 'None',
        ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: port }],
      },
    } as KubeObject,
    endpoints: {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: NAME, namespace: NAMESPACE, labels: { [skip]: 'true' } },
      subsets: [{ addresses: [{ ip: address }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
    } as KubeObject,
    endpointSlice: {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: NAME, namespace: NAMESPACE, labels: { 'kubernetes.io/service-name': NAME } },
      addressType: isIPv6(address) ? 'IPv6' : 'IPv4',
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
      ports: [{ name: 'https', port, protocol: 'TCP' }],
    } as KubeObject,
  };
}

/** Makes them where they are missing and puts right what differs; a server on loopback publishes no endpoints. */
export async function ensureKubernetesService(
  dependencies: HandlerDependencies,
  user: UserInfo,
  options: KubernetesServiceOptions,
  signal: AbortSignal,
): Promise<void> {
  const { service, endpoints, endpointSlice } = kubernetesServiceObjects(options);
  const wanted: [Kind, KubeObject, readonly string[]][] = [[serviceKind as unknown as Kind, service, []]];
  // The rules for endpoints refuse loopback addresses: nothing in the cluster could reach them.
  if (!options.address.startsWith('127.') && options.address !== '::1')
    wanted.push(
      [endpointsKind as unknown as Kind, endpoints, ['subsets']],
      [endpointSliceKind as unknown as Kind, endpointSlice, ['endpoints', 'ports']],
    );
  for (const [kind, object, members] of wanted) await ensure(dependencies, user, kind, object, members, signal);
}

async function ensure(
  dependencies: HandlerDependencies,
  user: UserInfo,
  kind: Kind,
  object: KubeObject,
  members: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const options = { dryRun: false, fieldManager: 'kube-apiserver', signal };
  const current = dependencies.store.cached(kind, NAMESPACE, NAME);
  if (!current) {
    try {
      await createObject(dependencies, user, kind, NAMESPACE, editable(object), options);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
    return;
  }
  const member = (of: KubeObject, name: string) => (of as unknown as Record<string, unknown>)[name];
  if (members.every((name) => deepEqual(member(current.object, name), member(object, name)))) return;
  const place = { namespace: NAMESPACE, name: NAME };
  const produce = (old: KubeObject) => {
    const next = editable(old) as unknown as Record<string, unknown>;
    for (const name of members) next[name] = member(editable(object), name);
    return next as unknown as KubeObject;
  };
  await changeObject(dependencies, { user }, kind, objectTarget(kind), place, produce, options);
}
