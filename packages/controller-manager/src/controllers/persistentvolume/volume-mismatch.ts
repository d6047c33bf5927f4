import {
  allowsAccessOf,
  isLargeEnough,
  isVolumeModeOf,
  type PersistentVolume,
  type PersistentVolumeClaim,
  storageClassOf,
} from '@coxswain/api';

/** Why a free volume can't serve the claim that asks for it by name, in upstream's words; undefined when it can. */
export function volumeMismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  const { deletionTimestamp, name } = volume.metadata;
  if (deletionTimestamp !== undefined) return `the volume is marked for deletion "${name}"`;
  if (!isLargeEnough(volume, claim)) return 'requested PV is too small';
  if (storageClassOf(volume) !== storageClassOf(claim)) return 'storageClassName does not match';
  if (!isVolumeModeOf(volume, claim)) return 'incompatible volumeMode';
  return allowsAccessOf(volume, claim) ? undefined : 'incompatible accessMode';
}
