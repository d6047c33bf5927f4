import type { PersistentVolumeClaim } from '../../kinds/core/persistent-volume-claim.ts';
import type { Pod } from '../../kinds/core/pod/pod.ts';
import type { ResourceQuota, ScopedResourceSelectorRequirement } from '../../kinds/core/resource-quota.ts';
import type { Service } from '../../kinds/core/service.ts';
import type { KubeObject } from '../../schema/kind.ts';
import { parseQuantity, Quantity } from '../quantity.ts';
import { ONE, podInScope, podUsage, type Usage } from './pod-usage.ts';

const COMPUTE = /^(pods$|cpu$|memory$|ephemeral-storage$|hugepages-|requests\.|limits\.)/;
/** Counts that have a name of their own beside count/…. */
const NAMED = [
  'configmaps',
  'secrets',
  'replicationcontrollers',
  'resourcequotas',
  'services',
  'persistentvolumeclaims',
];

/** The resource whose objects have to be looked at for a name of spec.hard; undefined for an unknown name. */
export function resourceOf(name: string): string | undefined {
  if (name.startsWith('count/')) return name.slice('count/'.length);
  if (NAMED.includes(name)) return name;
  if (name.startsWith('services.')) return 'services';
  if (name === 'requests.storage' || name.includes('.storageclass.storage.k8s.io/')) return 'persistentvolumeclaims';
  return COMPUTE.test(name) ? 'pods' : undefined;
}

/** What an object must match for a quota to count it. */
export function quotaScopes({ spec }: ResourceQuota): ScopedResourceSelectorRequirement[] {
  const named = (spec.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' }));
  return [...named, ...(spec.scopeSelector?.matchExpressions ?? [])];
}

/** What an object of `resource` takes. Scopes speak of pods: under one nothing else counts. `now` in milliseconds. */
export function usageOf(
  resource: string,
  object: KubeObject,
  scopes: readonly ScopedResourceSelectorRequirement[],
  now: number,
): Usage {
  if (resource === 'pods') {
    const pod = object as Pod;
    return scopes.every((scope) => podInScope(pod, scope)) ? podUsage(pod, now) : new Map();
  }
  if (scopes.length > 0) return new Map();
  const usage: Usage = new Map([[`count/${resource}`, ONE]]);
  if (NAMED.includes(resource)) usage.set(resource, ONE);
  if (resource === 'services') addService(usage, object as Service);
  if (resource === 'persistentvolumeclaims') addClaim(usage, object as PersistentVolumeClaim);
  return usage;
}

function addService(usage: Usage, { spec }: Service): void {
  const ports = spec.ports ?? [];
  if (spec.type === 'NodePort') usage.set('services.nodeports', Quantity.of(ports.length));
  if (spec.type !== 'LoadBalancer') return;
  usage.set('services.loadbalancers', ONE);
  const allocated = spec.allocateLoadBalancerNodePorts ?? true;
  const count = allocated ? ports.length : ports.filter(({ nodePort }) => nodePort).length;
  usage.set('services.nodeports', Quantity.of(count));
}

function addClaim(usage: Usage, { spec, metadata, status }: PersistentVolumeClaim): void {
  const requested = parseQuantity(spec.resources?.requests?.['storage'] ?? '0');
  const allocated = parseQuantity(status?.allocatedResources?.['storage'] ?? '0');
  const size = requested.compare(allocated) < 0 ? allocated : requested;
  usage.set('requests.storage', size);
  const storageClass = metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName;
  if (!storageClass) return;
  usage.set(`${storageClass}.storageclass.storage.k8s.io/requests.storage`, size);
  usage.set(`${storageClass}.storageclass.storage.k8s.io/persistentvolumeclaims`, ONE);
}
