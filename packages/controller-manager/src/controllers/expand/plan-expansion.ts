import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  parseQuantity,
  type StorageClass,
  storageClassOf,
} from '@coxswain/api';

export type ExpansionPlan =
  | { readonly kind: 'none' }
  /** Somebody else is to do it: a driver of the volume's kind. */
  | { readonly kind: 'external'; readonly message: string }
  /** Nothing is to be done at the storage: the volume is as large as it says. */
  | { readonly kind: 'expand'; readonly size: string };

export interface ExpansionInput {
  readonly claim: PersistentVolumeClaim;
  readonly volume: PersistentVolume | undefined;
  readonly storageClass: StorageClass | undefined;
}

/** Whether a bound claim that asks for more than it has is to grow, and by whom. */
export function planExpansion({ claim, volume, storageClass }: ExpansionInput): ExpansionPlan {
  const wanted = claim.spec.resources?.requests?.['storage'] ?? '0';
  const { phase, capacity } = claim.status ?? {};
  if (phase !== 'Bound' || !volume || claim.metadata.deletionTimestamp !== undefined) return { kind: 'none' };
  if (parseQuantity(wanted).compare(parseQuantity(capacity?.['storage'] ?? '0')) <= 0) return { kind: 'none' };
  if (volume.spec.claimRef?.uid !== claim.metadata.uid) return { kind: 'none' };
  if (storageClassOf(claim) === '' || storageClass?.allowVolumeExpansion !== true) return { kind: 'none' };
  // Folders have no size of their own.
  if (volume.spec.hostPath) return { kind: 'expand', size: wanted };
  return {
    kind: 'external',
    message:
      "Ignoring the PVC: didn't find a plugin capable of expanding the volume; waiting for an external controller to process this PVC.",
  };
}
