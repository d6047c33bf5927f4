import { claimNamesOf, type Pod } from '@coxswain/api';

/** Keys of the claims that a pod uses; ephemeral ones are named after it. */
export function claimsOfPod(pod: Pod): string[] {
  return claimNamesOf(pod).map((name) => `${pod.metadata.namespace}/${name}`);
}
