import {
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaimKind,
  persistentVolumeKind,
} from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import { sameStatus } from '../../shared/compact.ts';
import { timestamp } from '../../shared/times.ts';

export interface BindOptions {
  readonly client: ApiClient;
  readonly signal: AbortSignal;
  readonly now: number;
}

/**
 * Binds both sides in four steps, each conditional on what it was decided upon: the volume's claimRef is what counts,
 * so that two claims never get one volume; whatever dies in between is taken up again.
 */
export async function bind(
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  options: BindOptions,
): Promise<void> {
  const { client, signal, now } = options;
  const claims = client.resource(persistentVolumeClaimKind);
  const bound = await claimVolume(claim, volume, options);
  await setPhase(bound, 'Bound', undefined, { client, signal, now });
  let current = claim;
  const annotations = { ...claim.metadata.annotations };
  const complete = annotations[BIND_COMPLETED] !== undefined && claim.spec.volumeName === volume.metadata.name;
  if (!complete) {
    if (!claim.spec.volumeName) annotations[BOUND_BY_CONTROLLER] = 'yes';
    annotations[BIND_COMPLETED] = 'yes';
    const spec = { ...claim.spec, volumeName: volume.metadata.name };
    current = await claims.update({ ...claim, metadata: { ...claim.metadata, annotations }, spec }, { signal });
  }
  const { accessModes, capacity } = volume.spec;
  // Once it is bound, expansion owns the size.
  const known = claim.status?.phase === 'Bound' ? claim.status.capacity : undefined;
  const status = { ...current.status, phase: 'Bound', accessModes, capacity: known ?? capacity };
  if (!sameStatus(status, current.status)) await claims.updateStatus({ ...current, status }, { signal });
}

async function claimVolume(
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  { client, signal }: BindOptions,
): Promise<PersistentVolume> {
  const { claimRef } = volume.spec;
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  if (claimRef?.uid !== undefined && claimRef.uid === uid) return volume;
  const annotations = { ...volume.metadata.annotations, ...(claimRef ? {} : { [BOUND_BY_CONTROLLER]: 'yes' }) };
  const reference = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion };
  const metadata = { ...volume.metadata, annotations };
  const next = { ...volume, metadata, spec: { ...volume.spec, claimRef: reference } };
  return client.resource(persistentVolumeKind).update(next, { signal });
}

/** Writes a volume's phase unless it has it already. */
export async function setPhase(
  volume: PersistentVolume,
  phase: string,
  message: string | undefined,
  { client, signal, now }: BindOptions,
): Promise<boolean> {
  if (volume.status?.phase === phase && volume.status.message === message) return false;
  const status = { phase, ...(message === undefined ? {} : { message }), lastPhaseTransitionTime: timestamp(now) };
  await client.resource(persistentVolumeKind).updateStatus({ ...volume, status }, { signal });
  return true;
}

/** The volume as it was before it was bound: free, or set apart by people for a claim of that name. */
export function unbound(volume: PersistentVolume): PersistentVolume {
  const { [BOUND_BY_CONTROLLER]: byController, ...annotations } = volume.metadata.annotations ?? {};
  const { claimRef, ...spec } = volume.spec;
  const metadata = { ...volume.metadata, annotations };
  if (byController !== undefined || !claimRef) return { ...volume, metadata, spec };
  const { uid: _uid, resourceVersion: _version, ...setApart } = claimRef;
  return { ...volume, metadata, spec: { ...spec, claimRef: setApart } };
}
