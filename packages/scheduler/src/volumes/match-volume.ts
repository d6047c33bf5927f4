import {
  labelSelectorAsSelector,
  matchesNodeSelector,
  type NodeLike,
  type PersistentVolume,
  type PersistentVolumeClaim,
  parseQuantity,
} from '@coxswain/api';

export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';

type Classed = Pick<PersistentVolume | PersistentVolumeClaim, 'metadata'> & {
  readonly spec: { readonly storageClassName?: string | undefined };
};

/** Name of the storage class, '' for none. */
export function classOf({ metadata, spec }: Classed): string {
  return metadata.annotations?.[BETA_CLASS] ?? spec.storageClassName ?? '';
}

export function isBound({ metadata, spec }: PersistentVolumeClaim): boolean {
  return Boolean(spec.volumeName) && metadata.annotations?.[BIND_COMPLETED] !== undefined;
}

/** Bytes. */
export function requestedStorage({ spec }: PersistentVolumeClaim): number {
  return parseQuantity(spec.resources?.requests?.['storage'] ?? '0').value();
}

function capacityOf({ spec }: PersistentVolume): number {
  return parseQuantity(spec.capacity?.['storage'] ?? '0').value();
}

/** Whether pods on the node can use the volume. */
export function isReachable({ spec: { nodeAffinity } }: PersistentVolume, node: NodeLike): boolean {
  return !nodeAffinity?.required || matchesNodeSelector(nodeAffinity.required, node);
}

/** The volumes that the claim could be bound to on some node: those set apart for it, else free ones, smallest first. */
export function candidateVolumes(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
): PersistentVolume[] {
  const fitting = volumes.filter((volume) => fits(volume, claim));
  const reserved = fitting.filter(({ spec }) => isFor(spec.claimRef, claim));
  if (reserved.length > 0) return reserved;
  const selector = claim.spec.selector && labelSelectorAsSelector(claim.spec.selector);
  return fitting
    .filter(({ spec, status, metadata }) => {
      if (spec.claimRef || (status?.phase && status.phase !== 'Available')) return false;
      if (selector && !selector.matches(metadata.labels ?? {})) return false;
      return (claim.spec.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode));
    })
    .sort((a, b) => capacityOf(a) - capacityOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1));
}

function fits(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { spec, metadata } = volume;
  return (
    !metadata.deletionTimestamp &&
    classOf(volume) === classOf(claim) &&
    (spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem') &&
    (spec.volumeAttributesClassName ?? '') === (claim.spec.volumeAttributesClassName ?? '') &&
    capacityOf(volume) >= requestedStorage(claim)
  );
}

function isFor(reference: PersistentVolume['spec']['claimRef'], { metadata }: PersistentVolumeClaim): boolean {
  if (!reference || reference.name !== metadata.name || reference.namespace !== metadata.namespace) return false;
  return !reference.uid || reference.uid === metadata.uid;
}
