import type { Deployment, ReplicaSet } from '@coxswain/api';
import type { ReplicaSetGroups } from './replica-sets.ts';
import { isActive, replicasOf, sumReplicas, sumStatus } from './replica-sets.ts';
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
 * ones shrink as far as maxUnavailable allows, their unhealthy pods first.
 */
export function planRollingUpdate(deployment: Deployment, groups: ReplicaSetGroups): Scale[] {
  const { current, old, all } = groups;
  if (!current) return [];
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
  const newUnavailable = replicasOf(current) - (current.status?.availableReplicas ?? 0);
  const maxScaledDown = sumReplicas(all) - minAvailable - newUnavailable;
  if (maxScaledDown <= 0) return [];

  const sizes = new Map(old.map((replicaSet) => [replicaSet, replicasOf(replicaSet)]));
  // 1. Pods that aren't available go first: taking them away costs nothing.
  let unhealthy = maxScaledDown;
  for (const replicaSet of old) {
    const size = replicasOf(replicaSet);
    const step = Math.min(unhealthy, Math.max(0, size - (replicaSet.status?.availableReplicas ?? 0)));
    sizes.set(replicaSet, size - step);
    unhealthy -= step;
  }
  // 2. Then available ones, oldest ReplicaSet first, never going below minAvailable.
  let spare = sumStatus(all, 'availableReplicas') - minAvailable;
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
