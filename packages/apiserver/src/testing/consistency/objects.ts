import type { WatchedObject } from '../api-client.ts';
import type { Seen } from './history.ts';

export const NAMESPACES = ['default', 'kube-public'];
export const COLORS = ['red', 'blue'];
const NAMES = 12;

/** `namespace/name` of every object that the writers write. */
export const KEYS = NAMESPACES.flatMap((namespace) =>
  Array.from({ length: NAMES }, (_, i) => `${namespace}/c${String(i).padStart(2, '0')}`),
);

/** Every object of the test carries it; others (the cluster's own) are not looked at. */
export const OURS = 'consistency=test';

export function collectionOf(key: string): string {
  return `/api/v1/namespaces/${key.slice(0, key.indexOf('/'))}/configmaps`;
}

export function pathOf(key: string): string {
  return `${collectionOf(key)}/${key.slice(key.indexOf('/') + 1)}`;
}

export function bodyOf(key: string, stamp: string, color: string, resourceVersion?: number): object {
  const [namespace, name] = key.split('/');
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      namespace,
      name,
      labels: { consistency: 'test', color },
      ...(resourceVersion === undefined ? {} : { resourceVersion: String(resourceVersion) }),
    },
    data: { stamp },
  };
}

export function seenOf({ metadata, data }: WatchedObject): Seen {
  return {
    key: `${metadata.namespace}/${metadata.name}`,
    revision: Number(metadata.resourceVersion),
    stamp: data?.['stamp'] ?? '',
    color: metadata.labels?.['color'] ?? '',
  };
}
