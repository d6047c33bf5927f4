import type { Pod } from '../kinds/core/pod/pod.ts';
import type { Volume } from '../kinds/core/pod/volumes.ts';

/** The claim's name of a persistentVolumeClaim or generic ephemeral volume; undefined for others. */
export function claimNameOf({ metadata }: Pick<Pod, 'metadata'>, volume: Volume): string | undefined {
  if (volume.persistentVolumeClaim) return volume.persistentVolumeClaim.claimName;
  return volume.ephemeral ? `${metadata.name}-${volume.name}` : undefined;
}

/** The names of all claims that the pod uses. */
export function claimNamesOf(pod: Pod): string[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => claimNameOf(pod, volume) ?? []);
}
