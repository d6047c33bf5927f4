import {
  claimNamesOf,
  type Kind,
  MIRROR_POD_ANNOTATION,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  podKind,
  podReferences,
  type VolumeAttachment,
  volumeAttachmentKind,
} from '@coxswain/api';
import type { ResourceCaches } from '../cache/resource-cache.ts';
import type { Access } from './access.ts';

type Named = Pick<Access & { type: 'resource' }, 'resource' | 'namespace' | 'name'>;

/** What nodes may read only where a pod of theirs needs it, by API group and resource. */
export const NEEDED_RESOURCES: ReadonlySet<string> = new Set([
  '/secrets',
  '/configmaps',
  '/persistentvolumeclaims',
  '/persistentvolumes',
  '/serviceaccounts',
  'resource.k8s.io/resourceclaims',
  'storage.k8s.io/volumeattachments',
]);

/**
 * Whether a node has a pod that needs the object, or the attachment is its own, by what the watch caches know at this
 * moment. Upstream keeps a graph; here the node's pods are looked through, which are few.
 */
export function nodeNeeds(caches: ResourceCaches, node: string, { resource, namespace, name }: Named): boolean {
  const some = (needs: (pod: Pod) => boolean) => podsOf(caches, node, namespace).some(needs);
  switch (resource) {
    case 'secrets':
      return (
        some((pod) => podReferences(pod).secrets.has(name)) ||
        [...volumesOf(caches, node)].some((volume) => hasSecret(volume, namespace, name))
      );
    case 'configmaps':
      return some((pod) => podReferences(pod).configMaps.has(name));
    case 'serviceaccounts':
      return some(({ spec }) => spec.serviceAccountName === name);
    case 'persistentvolumeclaims':
      return some((pod) => claimNamesOf(pod).includes(name));
    case 'persistentvolumes':
      return [...volumesOf(caches, node)].some(({ metadata }) => metadata.name === name);
    case 'resourceclaims':
      return some(({ spec, status }) =>
        [...(spec.resourceClaims ?? []), ...(status?.resourceClaimStatuses ?? [])].some(
          ({ resourceClaimName }) => resourceClaimName === name,
        ),
      );
    case 'volumeattachments':
      return find<VolumeAttachment>(caches, volumeAttachmentKind, '', name)?.spec.nodeName === node;
    default:
      return false;
  }
}

/** Without mirror pods: a node makes those itself, and could give itself whatever they name. */
function podsOf(caches: ResourceCaches, node: string, namespace: string): Pod[] {
  const listed = caches.forKind(podKind).list({
    namespace: namespace === '' ? undefined : namespace,
    predicate: ({ fields }) => fields['spec.nodeName'] === node,
  });
  if (listed.outcome !== 'page') return [];
  return listed.entries
    .map(({ brief }) => brief as unknown as Pod)
    .filter(({ metadata }) => metadata.annotations?.[MIRROR_POD_ANNOTATION] === undefined);
}

/** The volumes that the claims of the node's pods are bound to. */
function* volumesOf(caches: ResourceCaches, node: string): Generator<PersistentVolume> {
  for (const pod of podsOf(caches, node, ''))
    for (const claim of claimNamesOf(pod)) {
      const { namespace = '' } = pod.metadata;
      const bound = find<PersistentVolumeClaim>(caches, persistentVolumeClaimKind, namespace, claim)?.spec.volumeName;
      const volume = bound && find<PersistentVolume>(caches, persistentVolumeKind, '', bound);
      if (volume) yield volume;
    }
}

function find<T>(caches: ResourceCaches, kind: Pick<Kind, 'group' | 'plural'>, namespace: string, name: string) {
  return caches.forKind(kind).get(namespace, name)?.object as unknown as T | undefined;
}

/** Whether one of the volume's sources names the secret; without a namespace it is the claim's. */
function hasSecret({ spec }: PersistentVolume, namespace: string, name: string): boolean {
  return Object.values(spec).some((source: unknown) => {
    if (typeof source !== 'object' || source === null) return false;
    if ('secretName' in source && source.secretName === name)
      return (('secretNamespace' in source && source.secretNamespace) || spec.claimRef?.namespace) === namespace;
    return Object.entries(source).some(
      ([key, ref]) =>
        /secretRef$/i.test(key) && ref?.name === name && (ref.namespace || spec.claimRef?.namespace) === namespace,
    );
  });
}
