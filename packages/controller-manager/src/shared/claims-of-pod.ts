import { claimNameOf, type Pod } from '@coxswain/api';

/** Keys of the claims that a pod uses; ephemeral ones are named after it. */
export function claimsOfPod(pod: Pod): string[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    const claim = claimNameOf(pod, volume);
    return claim === undefined ? [] : [`${pod.metadata.namespace}/${claim}`];
  });
}
