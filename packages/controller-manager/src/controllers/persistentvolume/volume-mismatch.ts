import { type PersistentVolume, type PersistentVolumeClaim, parseQuantity, storageClassOf } from '@coxswain/api';

/** Why a free volume can't serve the claim that asks for it by name, in upstream's words; undefined when it can. */
export function volumeMismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  const { metadata, spec } = volume;
  if (metadata.deletionTimestamp !== undefined) return `the volume is marked for deletion "${metadata.name}"`;
  const asked = parseQuantity(claim.spec.resources?.requests?.['storage'] ?? '0');
  if (parseQuantity(spec.capacity?.['storage'] ?? '0').compare(asked) < 0) return 'requested PV is too small';
  if (storageClassOf(volume) !== storageClassOf(claim)) return 'storageClassName does not match';
  if ((spec.volumeMode ?? 'Filesystem') !== (claim.spec.volumeMode ?? 'Filesystem')) return 'incompatible volumeMode';
  const modes = claim.spec.accessModes ?? [];
  return modes.every((mode) => spec.accessModes?.includes(mode)) ? undefined : 'incompatible accessMode';
}
