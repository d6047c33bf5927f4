import {
  deepEqual,
  type OwnerReferenceShape,
  type PersistentVolumeClaim,
  type Pod,
  podKind,
  type StatefulSet,
  statefulSetKind,
} from '@coxswain/api';

export interface ClaimOwnersInput {
  readonly set: StatefulSet;
  readonly claim: PersistentVolumeClaim;
  /** The pod of the claim's ordinal, if there is one. */
  readonly pod: Pod | undefined;
  /** Its ordinal lies beyond the replicas. */
  readonly condemned: boolean;
}

/**
 * The owner references of a claim under persistentVolumeClaimRetentionPolicy, or undefined when they are right: the
 * garbage collector deletes what an owner leaves. Owners that aren't of this StatefulSet stay.
 */
export function planClaimOwners(input: ClaimOwnersInput): OwnerReferenceShape[] | undefined {
  const { set, claim, pod, condemned } = input;
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const before = claim.metadata.ownerReferences ?? [];
  const podName = pod?.metadata.name;
  const others = before.filter(
    ({ kind, name, uid }) =>
      uid !== set.metadata.uid &&
      !(kind === 'StatefulSet' && name === set.metadata.name) &&
      !(kind === 'Pod' && (name === podName || claim.metadata.name.endsWith(`-${name}`))),
  );
  const byPod = whenScaled === 'Delete' && condemned;
  if (byPod && !pod) return undefined;
  const wanted: OwnerReferenceShape[] = [...others];
  if (byPod && pod) wanted.push(reference(podKind, pod));
  else if (whenDeleted === 'Delete') wanted.push(reference(statefulSetKind, set));
  return deepEqual(before.map(identity), wanted.map(identity)) ? undefined : wanted;
}

function reference(
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  { metadata: { name, uid = '' } }: Pod | StatefulSet,
): OwnerReferenceShape {
  return { apiVersion, kind, name, uid };
}

function identity({ kind, name, uid }: OwnerReferenceShape): string {
  return `${kind}/${name}/${uid}`;
}
