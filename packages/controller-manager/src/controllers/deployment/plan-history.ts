import type { Deployment, ReplicaSet } from '@coxswain/api';
import { revisionOf } from './annotations.ts';
import { replicasOf } from './replica-sets.ts';

/** The old ReplicaSets beyond revisionHistoryLimit, lowest revisions first; one with pods or an unseen change stays. */
export function planHistory(deployment: Deployment, old: readonly ReplicaSet[]): ReplicaSet[] {
  const limit = deployment.spec.revisionHistoryLimit ?? 10;
  if (limit === 2_147_483_647) return [];
  const alive = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const excess = alive.length - limit;
  if (excess <= 0) return [];
  return [...alive]
    .sort((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, excess)
    .filter(
      (replicaSet) =>
        replicasOf(replicaSet) === 0 &&
        (replicaSet.status?.replicas ?? 0) === 0 &&
        (replicaSet.metadata.generation ?? 0) <= (replicaSet.status?.observedGeneration ?? 0),
    );
}
