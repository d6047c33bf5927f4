import {
  labelSelectorAsSelector,
  type PersistentVolume,
  type PersistentVolumeClaim,
  parseQuantity,
} from '@coxswain/api';
import { BETA_CLASS } from './annotations.ts';

type Classed = Pick<PersistentVolume | PersistentVolumeClaim, 'metadata'> & {
  readonly spec: { readonly storageClassName?: string | undefined };
};

/** '' for none. */
export function classOf({ metadata, spec }: Classed): string {
  return metadata.annotations?.[BETA_CLASS] ?? spec.storageClassName ?? '';
}

/** Whether a volume was set apart for this claim, by a user or by an earlier pass. */
export function isForClaim({ spec: { claimRef } }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  if (!claimRef || claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

/**
 * The volume for a claim: one that was set apart for it, or else the smallest free one that offers what it asks for.
 * @param onlyReserved while binding waits for the first consumer
 */
export function matchVolume(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  onlyReserved: boolean,
): PersistentVolume | undefined {
  const reserved = volumes.find((volume) => isForClaim(volume, claim) && satisfies(volume, claim, true));
  if (reserved || onlyReserved) return reserved;
  const free = volumes.filter(
    (volume) => !volume.spec.claimRef && volume.status?.phase === 'Available' && satisfies(volume, claim, false),
  );
  return free.sort((a, b) => sizeOf(a).compare(sizeOf(b)) || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}

function satisfies(volume: PersistentVolume, claim: PersistentVolumeClaim, reserved: boolean): boolean {
  const { spec, metadata } = volume;
  const wanted = claim.spec;
  if (metadata.deletionTimestamp !== undefined) return false;
  if ((spec.volumeMode ?? 'Filesystem') !== (wanted.volumeMode ?? 'Filesystem')) return false;
  if (sizeOf(volume).compare(parseQuantity(wanted.resources?.requests?.['storage'] ?? '0')) < 0) return false;
  if (classOf(volume) !== classOf(claim)) return false;
  if ((spec.volumeAttributesClassName ?? '') !== (wanted.volumeAttributesClassName ?? '')) return false;
  if (reserved) return true;
  if (wanted.selector && !labelSelectorAsSelector(wanted.selector).matches(metadata.labels ?? {})) return false;
  return (wanted.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode));
}

function sizeOf({ spec }: PersistentVolume) {
  return parseQuantity(spec.capacity?.['storage'] ?? '0');
}
