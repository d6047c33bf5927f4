import { claimNameOf, type PersistentVolumeClaim, type Pod } from '@coxswain/api';

/** One volume of a pod that a claim stands behind. */
export interface PodClaim {
  /** `namespace/name` of the claim. */
  readonly key: string;
  readonly name: string;
  /** Made for this pod, and so perhaps not there yet. */
  readonly ephemeral: boolean;
}

export function podClaims(pod: Pod): PodClaim[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    const name = claimNameOf(pod, volume);
    if (name === undefined) return [];
    return [{ key: `${pod.metadata.namespace}/${name}`, name, ephemeral: volume.ephemeral !== undefined }];
  });
}

/** Why the pod can't have the claim, in upstream's words; undefined when it can. */
export function claimProblem(
  pod: Pod,
  { name, ephemeral }: PodClaim,
  claim: PersistentVolumeClaim | undefined,
): string | undefined {
  if (!claim)
    return ephemeral
      ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
      : `persistentvolumeclaim "${name}" not found`;
  if (claim.status?.phase === 'Lost')
    return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`;
  if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim "${name}" is being deleted`;
  const owned = claim.metadata.ownerReferences?.some(({ controller, uid }) => controller && uid === pod.metadata.uid);
  if (ephemeral && !owned) {
    const { namespace } = pod.metadata;
    return `PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`;
  }
  return undefined;
}
