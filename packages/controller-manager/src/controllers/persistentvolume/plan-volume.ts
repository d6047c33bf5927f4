import type { PersistentVolume, PersistentVolumeClaim } from '@coxswain/api';
import { PROVISIONED_BY } from './annotations.ts';

export type VolumePlan =
  | { readonly kind: 'phase'; readonly phase: 'Available' | 'Bound' | 'Released' | 'Failed'; readonly message?: string }
  /** Its claim took another volume: free it again; what people set apart stays so, without the claim's uid. */
  | { readonly kind: 'unbind' }
  /** The claim is being bound; its own turn goes on. */
  | { readonly kind: 'none' };

/**
 * The phase of a volume, given the claim that its claimRef names (undefined when that is gone). What a released volume
 * holds is the provisioner's to delete; one that nobody provisioned can't be.
 */
export function planVolume(volume: PersistentVolume, claim: PersistentVolumeClaim | undefined): VolumePlan {
  const { claimRef, persistentVolumeReclaimPolicy: policy } = volume.spec;
  if (!claimRef?.uid) return { kind: 'phase', phase: 'Available' };
  if (!claim || claim.metadata.uid !== claimRef.uid) {
    if (volume.status?.phase === 'Failed') return { kind: 'none' };
    const { name, annotations = {} } = volume.metadata;
    if (policy === 'Retain' || policy === undefined || annotations[PROVISIONED_BY] !== undefined)
      return { kind: 'phase', phase: 'Released' };
    const what = policy === 'Recycle' ? 'recycler' : 'deleter';
    const message = `error getting ${what} volume plugin for volume "${name}": no volume plugin matched`;
    return { kind: 'phase', phase: 'Failed', message };
  }
  if (claim.spec.volumeName === volume.metadata.name) return { kind: 'phase', phase: 'Bound' };
  if (!claim.spec.volumeName) return { kind: 'none' };
  // Nobody needs what was made for this claim alone: its provisioner deletes it.
  if (policy === 'Delete' && volume.metadata.annotations?.[PROVISIONED_BY] !== undefined)
    return { kind: 'phase', phase: 'Released' };
  return { kind: 'unbind' };
}
