import {
  BOUND_BY_CONTROLLER,
  isBoundClaim,
  objectKey,
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  SELECTED_NODE,
} from '@coxswain/api';

import type { PluginHandle } from '../../framework/plugin.ts';

import type { VolumeChoice } from './choose-volumes.ts';

/** The objects as they are to become: the volumes set apart for the claims, the node written on those to be provisioned. */
export function assumedObjects({ matches, provisions }: VolumeChoice, nodeName: string) {
  return {
    volumes: matches
      .filter(({ claim, volume }) => volume.spec.claimRef?.uid !== claim.metadata.uid)
      .map(({ claim, volume }) => setApart(volume, claim)),
    claims: provisions
      .filter(({ metadata }) => metadata.annotations?.[SELECTED_NODE] !== nodeName)
      .map((claim) => ({
        ...claim,
        metadata: { ...claim.metadata, annotations: { ...claim.metadata.annotations, [SELECTED_NODE]: nodeName } },
      })),
  };
}

export type AssumedObjects = ReturnType<typeof assumedObjects>;

function setApart(volume: PersistentVolume, { metadata }: PersistentVolumeClaim): PersistentVolume {
  const { name, namespace, uid, resourceVersion } = metadata;
  const annotations = volume.spec.claimRef ? {} : { [BOUND_BY_CONTROLLER]: 'yes' };
  return {
    ...volume,
    metadata: { ...volume.metadata, annotations: { ...volume.metadata.annotations, ...annotations } },
    spec: {
      ...volume.spec,
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion },
    },
  };
}

const POLL_MS = 200;

/**
 * Writes the assumed objects and waits until the volume controller has bound all claims.
 * @throws when a write fails, a claim or volume goes, the node is taken back by the provisioner, or time is over
 */
export async function bindVolumes(
  { client, clock, volumes: objects }: PluginHandle,
  choice: VolumeChoice,
  { volumes, claims }: AssumedObjects,
  options: { readonly nodeName: string; readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<void> {
  for (const volume of volumes) {
    const written = await client.resource(persistentVolumeKind).update(volume, { signal });
    objects.volumes.assume(written);
  }
  for (const claim of claims) {
    const written = await client.resource(persistentVolumeClaimKind).update(claim, { signal });
    objects.claims.assume(written);
  }
  const until = clock.now() + options.timeoutMs;
  while (!isComplete()) {
    if (clock.now() >= until) throw new Error('binding volumes: context deadline exceeded');
    await clock.sleep(POLL_MS, signal);
  }

  function isComplete(): boolean {
    const waiting = [...choice.matches.map(({ claim }) => claim), ...choice.provisions].filter((claim) => {
      const current = objects.claims.get(objectKey(claim));
      if (!current || current.metadata.uid !== claim.metadata.uid)
        throw new Error(`binding volumes: persistentvolumeclaim "${claim.metadata.name}" not found`);
      if (isBoundClaim(current)) return false;
      if (choice.provisions.includes(claim) && current.metadata.annotations?.[SELECTED_NODE] !== options.nodeName)
        throw new Error(`binding volumes: provisioning failed for PVC "${claim.metadata.name}"`);
      return true;
    });
    return waiting.length === 0;
  }
}
