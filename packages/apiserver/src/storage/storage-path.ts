import type { Kind } from '@coxswain/api';

/** What the path rule needs of a kind. */
export type StoredKind = Pick<Kind, 'group' | 'plural' | 'storedAs'>;

/** Resources that upstream keeps under another name than their plural. */
const SPECIAL: Readonly<Record<string, string>> = {
  nodes: 'minions',
  services: 'services/specs',
  endpoints: 'services/endpoints',
  replicationcontrollers: 'controllers',
  'ingresses.networking.k8s.io': 'ingress',
  'ingressclasses.networking.k8s.io': 'ingressclasses',
  'podsecuritypolicies.policy': 'podsecuritypolicy',
  'customresourcedefinitions.apiextensions.k8s.io': 'apiextensions.k8s.io/customresourcedefinitions',
  'apiservices.apiregistration.k8s.io': 'apiregistration.k8s.io/apiservices',
};

export const REGISTRY_PREFIX = '/registry/';

/** Upstream's folder of a kind's objects, with the closing slash: `/registry/pods/`, `/registry/minions/`. */
export function storagePrefix(kind: StoredKind): string {
  const { group, plural } = kind.storedAs ?? kind;
  const id = group === '' ? plural : `${plural}.${group}`;
  return `${REGISTRY_PREFIX}${SPECIAL[id] ?? plural}/`;
}

/** The part of a key after its kind's prefix: `ns/name`, or `name` where namespace is ''. */
export function relativeKey(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** The key of one object; `namespace` is '' for cluster-scoped kinds. */
export function storageKey(kind: StoredKind, namespace: string, name: string): string {
  return storagePrefix(kind) + relativeKey(namespace, name);
}
