import {
  BIND_COMPLETED,
  candidateVolumes,
  isVolumeFor,
  NO_PROVISIONER,
  type PersistentVolume,
  type PersistentVolumeClaim,
  SELECTED_NODE,
  type StorageClass,
  storageClassOf,
} from '@coxswain/api';
import { volumeMismatch } from './volume-mismatch.ts';

export interface ClaimEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export type ClaimPlan =
  | { readonly kind: 'bind'; readonly volume: PersistentVolume }
  | { readonly kind: 'pending'; readonly event?: ClaimEvent }
  /** An external provisioner is to make a volume. */
  | { readonly kind: 'provision'; readonly provisioner: string; readonly event: ClaimEvent }
  | { readonly kind: 'lost'; readonly event: ClaimEvent };

export interface ClaimInput {
  readonly claim: PersistentVolumeClaim;
  readonly volumes: readonly PersistentVolume[];
  readonly classes: readonly StorageClass[];
}

/** What becomes of a claim: bound to a volume, waiting for one, or lost with its volume. */
export function planClaim({ claim, volumes, classes }: ClaimInput): ClaimPlan {
  const { volumeName } = claim.spec;
  const named = volumes.find(({ metadata }) => metadata.name === volumeName);
  if (claim.metadata.annotations?.[BIND_COMPLETED] !== undefined) {
    if (!volumeName)
      return lost('ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!');
    if (!named) return lost('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
    if (!named.spec.claimRef || isVolumeFor(named, claim)) return { kind: 'bind', volume: named };
    return lost('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
  }
  if (volumeName) {
    if (!named) return { kind: 'pending' };
    const mismatch = named.spec.claimRef ? undefined : volumeMismatch(named, claim);
    if (mismatch !== undefined) {
      const message = `Cannot bind to requested volume "${volumeName}": ${mismatch}`;
      return { kind: 'pending', event: { type: 'Warning', reason: 'VolumeMismatch', message } };
    }
    if (!named.spec.claimRef || isVolumeFor(named, claim)) return { kind: 'bind', volume: named };
    const message = `volume "${volumeName}" already bound to a different claim.`;
    return { kind: 'pending', event: { type: 'Warning', reason: 'FailedBinding', message } };
  }
  return planUnbound(claim, volumes, classes);
}

function planUnbound(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  classes: readonly StorageClass[],
): ClaimPlan {
  const name = storageClassOf(claim);
  const storageClass = classes.find(({ metadata }) => metadata.name === name);
  const waits =
    storageClass?.volumeBindingMode === 'WaitForFirstConsumer' &&
    claim.metadata.annotations?.[SELECTED_NODE] === undefined;
  const [volume] = candidateVolumes(claim, volumes);
  // While binding waits for the first consumer, only what was set apart counts.
  if (volume && (!waits || isVolumeFor(volume, claim))) return { kind: 'bind', volume };
  const pending = (type: ClaimEvent['type'], reason: string, message: string): ClaimPlan => ({
    kind: 'pending',
    event: { type, reason, message },
  });
  if (waits)
    return pending('Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
  if (name === '')
    return pending(
      'Normal',
      'FailedBinding',
      'no persistent volumes available for this claim and no storage class is set',
    );
  if (!storageClass) return pending('Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${name}" not found`);
  const { provisioner } = storageClass;
  if (provisioner === NO_PROVISIONER) return { kind: 'pending' };
  const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  return { kind: 'provision', provisioner, event: { type: 'Normal', reason: 'ExternalProvisioning', message } };
}

function lost(reason: string, message: string): ClaimPlan {
  return { kind: 'lost', event: { type: 'Warning', reason, message } };
}
