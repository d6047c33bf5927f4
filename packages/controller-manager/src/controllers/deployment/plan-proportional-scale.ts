import type { Deployment, ReplicaSet } from '@coxswain/api';
import { annotatedNumber, DESIRED_REPLICAS, MAX_REPLICAS } from './annotations.ts';
import { activeOrLatest, isActive, type ReplicaSetGroups, replicasOf, sumReplicas } from './replica-sets.ts';
import { desiredReplicas, isRollingUpdate, rollingLimits } from './rolling-limits.ts';
import type { Scale } from './scale.ts';

/** Whether the Deployment's replicas changed since its ReplicaSets were last sized. */
export function isScalingEvent(deployment: Deployment, groups: ReplicaSetGroups): boolean {
  return groups.all.filter(isActive).some((replicaSet) => {
    const desired = annotatedNumber(replicaSet, DESIRED_REPLICAS);
    return desired !== undefined && desired !== desiredReplicas(deployment);
  });
}

/**
 * Brings the number of pods to the Deployment's replicas without going on with a rollout: one active ReplicaSet takes
 * it all; several in the middle of a rollout share the change in proportion to their sizes.
 */
export function planProportionalScale(deployment: Deployment, groups: ReplicaSetGroups): Scale[] {
  const desired = desiredReplicas(deployment);
  const single = activeOrLatest(groups);
  if (single) return replicasOf(single) === desired ? [] : [{ replicaSet: single, to: desired }];
  if (isSaturated(groups.current, desired))
    return groups.old.filter(isActive).map((replicaSet) => ({ replicaSet, to: 0 }));
  if (!isRollingUpdate(deployment)) return [];

  const active = groups.all.filter(isActive);
  const allowed = desired > 0 ? desired + rollingLimits(deployment).maxSurge : 0;
  const change = allowed - sumReplicas(active);
  const ordered = [...active].sort((a, b) => replicasOf(b) - replicasOf(a) || byAge(a, b) * (change > 0 ? -1 : 1));
  let added = 0;
  const sizes = ordered.map((replicaSet) => {
    const share = change === 0 ? 0 : proportion(replicaSet, deployment, change, added);
    added += share;
    return replicasOf(replicaSet) + share;
  });
  if (change !== 0 && sizes[0] !== undefined) sizes[0] = Math.max(0, sizes[0] + change - added);
  return ordered.map((replicaSet, i) => ({ replicaSet, to: sizes[i] ?? 0 }));
}

function isSaturated(current: ReplicaSet | undefined, desired: number): boolean {
  return (
    current !== undefined &&
    replicasOf(current) === desired &&
    annotatedNumber(current, DESIRED_REPLICAS) === desired &&
    (current.status?.availableReplicas ?? 0) === desired
  );
}

function byAge(a: ReplicaSet, b: ReplicaSet): number {
  return Date.parse(a.metadata.creationTimestamp ?? '') - Date.parse(b.metadata.creationTimestamp ?? '') || 0;
}

function proportion(replicaSet: ReplicaSet, deployment: Deployment, change: number, added: number): number {
  const size = replicasOf(replicaSet);
  if (size === 0 || change === added) return 0;
  const share = fraction(replicaSet, deployment);
  return change > 0 ? Math.min(share, change - added) : Math.max(share, change - added);
}

/** How much this ReplicaSet would grow or shrink if the whole Deployment were resized from what its annotation says. */
function fraction(replicaSet: ReplicaSet, deployment: Deployment): number {
  const size = replicasOf(replicaSet);
  const desired = desiredReplicas(deployment);
  if (desired === 0) return -size;
  const base = annotatedNumber(replicaSet, MAX_REPLICAS) || deployment.status?.replicas;
  if (!base) return 0;
  return Math.round((size * (desired + rollingLimits(deployment).maxSurge)) / base) - size;
}
