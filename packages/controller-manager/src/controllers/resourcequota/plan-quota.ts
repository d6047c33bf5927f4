import {
  type KubeObject,
  type PersistentVolumeClaim,
  type Pod,
  parseQuantity,
  Quantity,
  type ResourceQuota,
  type ResourceQuotaStatus,
  type ScopedResourceSelectorRequirement,
  type Service,
} from '@coxswain/api';
import { addTo, ONE, podInScope, podUsage, type Usage } from './pod-usage.ts';

/** The objects of one namespace by `resource` or `resource.group`, as in count/…; only those that a quota names. */
export type CountedObjects = ReadonlyMap<string, readonly KubeObject[]>;

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

export interface QuotaInput {
  readonly quota: ResourceQuota;
  readonly objects: CountedObjects;
  /** Usage that admission has charged may only be lowered once something went. */
  readonly mayLower: boolean;
  readonly now: number;
}

/** What is used of each hard limit. */
export function planQuota({ quota, objects, mayLower, now }: QuotaInput): ResourceQuotaStatus {
  const { hard = {} } = quota.spec;
  const scopes = scopesOf(quota);
  const usage: Usage = new Map();
  for (const [resource, list] of objects)
    for (const object of list)
      for (const [name, amount] of usageOf(resource, object, scopes, now)) if (name in hard) addTo(usage, name, amount);
  const used: Record<string, string> = {};
  for (const [name, limit] of Object.entries(hard)) {
    const zero = Quantity.of(0, parseQuantity(limit).format);
    const found = usage.get(name) ?? zero;
    const before = quota.status?.used?.[name];
    const charged = before === undefined ? zero : parseQuantity(before);
    used[name] = String(!mayLower && charged.compare(found) > 0 ? charged : found);
  }
  return { hard, used };
}

function scopesOf({ spec }: ResourceQuota): ScopedResourceSelectorRequirement[] {
  const named = (spec.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' }));
  return [...named, ...(spec.scopeSelector?.matchExpressions ?? [])];
}

/** Scopes speak of pods: under one nothing else counts. */
function usageOf(
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
