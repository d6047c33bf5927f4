import type { PersistentVolume } from '../kinds/core/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../kinds/core/persistent-volume-claim.ts';
import { labelSelectorAsSelector } from './label-selector.ts';
import { matchesNodeSelector, type NodeLike } from './node-selector.ts';
import { parseQuantity } from './quantity.ts';

export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
export const BETA_STORAGE_CLASS = 'volume.beta.kubernetes.io/storage-class';
/** Provisioner of classes whose volumes people make by hand. */
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

type Classed = Pick<PersistentVolume | PersistentVolumeClaim, 'metadata'> & {
  readonly spec: { readonly storageClassName?: string | undefined };
};

/** Name of the storage class of a volume or a claim, '' for none. */
export function storageClassOf({ metadata, spec }: Classed): string {
  return metadata.annotations?.[BETA_STORAGE_CLASS] ?? spec.storageClassName ?? '';
}

export function isBoundClaim({ metadata, spec }: PersistentVolumeClaim): boolean {
  return Boolean(spec.volumeName) && metadata.annotations?.[BIND_COMPLETED] !== undefined;
}

/** Bytes. */
export function requestedStorage({ spec }: PersistentVolumeClaim): number {
  return parseQuantity(spec.resources?.requests?.['storage'] ?? '0').value();
}

/** Whether pods on the node can use the volume. */
export function isVolumeReachable({ spec: { nodeAffinity } }: PersistentVolume, node: NodeLike): boolean {
  return !nodeAffinity?.required || matchesNodeSelector(nodeAffinity.required, node);
}

/** Whether a volume was set apart for this claim, by a user or by an earlier pass. */
export function isVolumeFor({ spec: { claimRef } }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  if (!claimRef || claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

/** The volumes that the claim could be bound to on some node: those set apart for it, else free ones, smallest first. */
export function candidateVolumes(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
): PersistentVolume[] {
  const fitting = volumes.filter((volume) => fits(volume, claim));
  const reserved = fitting.filter((volume) => isVolumeFor(volume, claim));
  if (reserved.length > 0) return reserved;
  const selector = claim.spec.selector && labelSelectorAsSelector(claim.spec.selector);
  return fitting
    .filter((volume) => {
      const { spec, status, metadata } = volume;
      if (spec.claimRef || status?.phase !== 'Available') return false;
      if (selector && !selector.matches(metadata.labels ?? {})) return false;
      return allowsAccessOf(volume, claim);
    })
    .sort((a, b) => capacityOf(a).compare(capacityOf(b)) || (a.metadata.name < b.metadata.name ? -1 : 1));
}

function fits(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { spec, metadata } = volume;
  return (
    !metadata.deletionTimestamp &&
    storageClassOf(volume) === storageClassOf(claim) &&
    isVolumeModeOf(volume, claim) &&
    (spec.volumeAttributesClassName ?? '') === (claim.spec.volumeAttributesClassName ?? '') &&
    isLargeEnough(volume, claim)
  );
}

export function isLargeEnough(volume: PersistentVolume, { spec }: PersistentVolumeClaim): boolean {
  return capacityOf(volume).compare(parseQuantity(spec.resources?.requests?.['storage'] ?? '0')) >= 0;
}

export function isVolumeModeOf(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return (volume.spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem');
}

/** Whether the volume has every access mode that the claim asks for. */
export function allowsAccessOf(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode));
}

function capacityOf({ spec }: PersistentVolume) {
  return parseQuantity(spec.capacity?.['storage'] ?? '0');
}
