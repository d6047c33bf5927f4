import type { Deployment, ReplicaSet } from '@coxswain/api';
import type { ReplicaSetGroups } from './replica-sets.ts';
import { isActive, replicasOf, sumReplicas } from './replica-sets.ts';
import { desiredReplicas, isRollingUpdate, rollingLimits } from './rolling-limits.ts';
import type { Scale } from './scale.ts';

/** How large the ReplicaSet of the present template may be now, `current` being its size (0 before it exists). */
export function newReplicas(deployment: Deployment, all: readonly ReplicaSet[], current: number): number {
  const desired = desiredReplicas(deployment);
  if (!isRollingUpdate(deployment)) return desired;
  if (current > desired) return desired;
  const room = desired + rollingLimits(deployment).maxSurge - sumReplicas(all);
  return room <= 0 ? current : current + Math.min(room, desired - current);
}

/**
 * The next steps of a rolling update: first the new ReplicaSet grows as far as maxSurge allows; when it can't, the old
 * ones shrink as far as maxUnavailable allows, their unhealthy pods first. Nothing happens before every ReplicaSet has
 * observed its size: upstream goes on at once, and for a moment there may be more pods, or fewer, than the limits allow.
 */
export function planRollingUpdate(deployment: Deployment, groups: ReplicaSetGroups): Scale[] {
  const { current, old, all } = groups;
  if (!current || !all.every(isObserved)) return [];
  const to = newReplicas(deployment, all, replicasOf(current));
  if (to !== replicasOf(current)) return [{ replicaSet: current, to }];
  return shrinkOld(deployment, current, old.filter(isActive), all);
}

function shrinkOld(
  deployment: Deployment,
  current: ReplicaSet,
  old: readonly ReplicaSet[],
  all: readonly ReplicaSet[],
): Scale[] {
  if (old.length === 0) return [];
  const minAvailable = desiredReplicas(deployment) - rollingLimits(deployment).maxUnavailable;
  const newUnavailable = replicasOf(current) - availableOf(current);
  const maxScaledDown = sumReplicas(all) - minAvailable - newUnavailable;
  if (maxScaledDown <= 0) return [];

  const sizes = new Map(old.map((replicaSet) => [replicaSet, replicasOf(replicaSet)]));
  // 1. Pods that aren't available go first: taking them away costs nothing.
  let unhealthy = maxScaledDown;
  for (const replicaSet of old) {
    const size = replicasOf(replicaSet);
    const step = Math.min(unhealthy, size - availableOf(replicaSet));
    sizes.set(replicaSet, size - step);
    unhealthy -= step;
  }
  // 2. Then available ones, oldest ReplicaSet first, never going below minAvailable.
  let spare = all.reduce((sum, replicaSet) => sum + availableOf(replicaSet), 0) - minAvailable;
  for (const replicaSet of old) {
    if (spare <= 0) break;
    const size = sizes.get(replicaSet) ?? 0;
    const step = Math.min(size, spare);
    sizes.set(replicaSet, size - step);
    spare -= step;
  }
  return [...sizes]
    .filter(([replicaSet, to]) => to !== replicasOf(replicaSet))
    .map(([replicaSet, to]) => ({ replicaSet, to }));
}

/** How many available pods a ReplicaSet keeps: it may have some yet that its size gives up. */
function availableOf(replicaSet: ReplicaSet): number {
  return Math.min(replicaSet.status?.availableReplicas ?? 0, replicasOf(replicaSet));
}

function isObserved({ metadata, status }: ReplicaSet): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}
