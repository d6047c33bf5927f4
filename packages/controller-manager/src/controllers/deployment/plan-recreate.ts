import type { Deployment, Pod } from '@coxswain/api';
import { isPodTerminal } from '../../shared/pods.ts';
import { isActive, type ReplicaSetGroups, replicasOf } from './replica-sets.ts';
import { desiredReplicas } from './rolling-limits.ts';
import type { Scale } from './scale.ts';

export type RecreateStep =
  | { readonly kind: 'scale'; readonly scales: readonly Scale[] }
  /** Pods of old ReplicaSets still run. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'createNew' };

/** Recreate: all old pods away, and only then the new ReplicaSet. `pods` are those of the Deployment's ReplicaSets. */
export function planRecreate(deployment: Deployment, groups: ReplicaSetGroups, pods: readonly Pod[]): RecreateStep {
  const active = groups.old.filter(isActive);
  if (active.length > 0) return { kind: 'scale', scales: active.map((replicaSet) => ({ replicaSet, to: 0 })) };
  const currentUid = groups.current?.metadata.uid;
  const oldRuns = pods.some((pod) => {
    const owner = pod.metadata.ownerReferences?.find((reference) => reference.controller);
    return owner !== undefined && owner.uid !== currentUid && !isPodTerminal(pod);
  });
  if (oldRuns) return { kind: 'wait' };
  if (!groups.current) return { kind: 'createNew' };
  const to = desiredReplicas(deployment);
  return { kind: 'scale', scales: replicasOf(groups.current) === to ? [] : [{ replicaSet: groups.current, to }] };
}
