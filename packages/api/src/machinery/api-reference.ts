import type { Pod } from '../kinds/core/pod/pod.ts';
import type { VolumeProjection } from '../kinds/core/pod/projected-volume.ts';
import type { Volume } from '../kinds/core/pod/volumes.ts';
import { podReferences } from './pod-references.ts';

/** The resource that a kind of volume needs from the API, in upstream's words. */
const BY_VOLUME: readonly (readonly [keyof Volume, string])[] = [
  ['configMap', 'configmaps (via configmap volumes)'],
  ['secret', 'secrets (via secret volumes)'],
  ['csi', 'csidrivers (via CSI volumes)'],
  ['glusterfs', 'endpoints (via glusterFS volumes)'],
  ['persistentVolumeClaim', 'persistentvolumeclaims'],
  ['ephemeral', 'persistentvolumeclaims (via ephemeral volumes)'],
  ['azureFile', 'secrets (via azureFile volumes)'],
];
const BY_PROJECTION: readonly (readonly [keyof VolumeProjection, string])[] = [
  ['configMap', 'configmaps (via projected volumes)'],
  ['secret', 'secrets (via projected volumes)'],
  ['serviceAccountToken', 'serviceaccounts (via projected volumes)'],
  ['clusterTrustBundle', 'clustertrustbundles'],
  ['podCertificate', 'podcertificates'],
];

/**
 * The first resource of the API that a pod needs, undefined when it needs none. Static pods and their mirrors may need
 * none (feature PreventStaticPodAPIReferences): a node would get at it by a pod that nobody bound to it. Pure.
 */
export function apiReference({ spec }: Pick<Pod, 'spec'>): string | undefined {
  if (spec.serviceAccountName) return 'serviceaccounts';
  const { secrets, configMaps } = podReferences({ spec });
  if (secrets.size > 0) return 'secrets';
  if (configMaps.size > 0) return 'configmaps';
  if (spec.resourceClaims?.length) return 'resourceclaims';
  for (const volume of spec.volumes ?? []) {
    const found = first(BY_VOLUME, volume);
    if (found) return found;
    for (const source of volume.projected?.sources ?? []) {
      const projected = first(BY_PROJECTION, source);
      if (projected) return projected;
    }
  }
  return undefined;
}

function first<T>(words: readonly (readonly [keyof T, string])[], object: T): string | undefined {
  return words.find(([field]) => object[field] !== undefined)?.[1];
}
