import { type Deployment, type DeploymentStatus, deepEqual, type Pod, type ReplicaSet } from '@coxswain/api';
import { maxRevision, newReplicaSetAnnotations, REVISION, revisionOf } from './annotations.ts';
import { buildReplicaSet } from './build-replica-set.ts';
import { type Conditions, findCondition, withCondition } from './deployment-conditions.ts';
import { countedStatus, deadlineIn, hasProgressDeadline, isComplete, rolloutStatus } from './deployment-status.ts';
import { planHistory } from './plan-history.ts';
import { isScalingEvent, planProportionalScale } from './plan-proportional-scale.ts';
import { planRecreate } from './plan-recreate.ts';
import { newReplicas, planRollingUpdate } from './plan-rolling-update.ts';
import { groupReplicaSets, type ReplicaSetGroups } from './replica-sets.ts';
import { isRollingUpdate } from './rolling-limits.ts';
import type { Scale } from './scale.ts';

export interface DeploymentInput {
  readonly deployment: Deployment;
  /** The ReplicaSets that the Deployment owns. */
  readonly replicaSets: readonly ReplicaSet[];
  /** Their pods; only the Recreate strategy looks at them. */
  readonly pods: readonly Pod[];
  readonly now: number;
}

/** What to write, in this order. The next event brings the next plan. */
export interface DeploymentPlan {
  readonly create?: ReplicaSet;
  /** The current ReplicaSet with annotations or minReadySeconds brought up to date. */
  readonly update?: ReplicaSet;
  readonly scales: readonly Scale[];
  readonly remove: readonly ReplicaSet[];
  /** The Deployment's revision annotation to set. */
  readonly revision?: string;
  readonly status: DeploymentStatus;
  readonly requeueAfterMs?: number;
}

const NOTHING = { scales: [], remove: [] } as const;

export function planDeployment(input: DeploymentInput): DeploymentPlan {
  const { deployment, replicaSets, now } = input;
  const groups = groupReplicaSets(deployment, replicaSets);
  const conditions = pauseCondition(deployment, deployment.status?.conditions ?? [], now);
  if (deployment.metadata.deletionTimestamp !== undefined)
    return { ...NOTHING, status: countedStatus({ ...input, groups, conditions }) };

  if (deployment.spec.paused || isScalingEvent(deployment, groups)) {
    const remove = deployment.spec.paused ? planHistory(deployment, groups.old) : [];
    const synced = syncCurrent(deployment, groups);
    return {
      ...NOTHING,
      ...synced,
      scales: synced.update ? [] : planProportionalScale(deployment, groups),
      remove,
      status: countedStatus({ deployment, groups, conditions, now }),
    };
  }
  return planRollout(input, groups, conditions);
}

function planRollout(
  { deployment, pods, now }: DeploymentInput,
  groups: ReplicaSetGroups,
  before: Conditions,
): DeploymentPlan {
  const recreate = isRollingUpdate(deployment) ? undefined : planRecreate(deployment, groups, pods);
  const create =
    !groups.current && (!recreate || recreate.kind === 'createNew')
      ? buildReplicaSet(deployment, maxRevision(groups.old) + 1, newReplicas(deployment, groups.all, 0))
      : undefined;
  const conditions = rolloutStarted(deployment, groups, create, before, now);
  const status = rolloutStatus({ deployment, groups, conditions, now });
  const deadline = deadlineIn(deployment, status.conditions ?? [], now);
  const base = {
    ...NOTHING,
    status,
    ...(Number.isFinite(deadline) && deadline > 0 ? { requeueAfterMs: deadline + 1000 } : {}),
  };
  if (create) return { ...base, create, revision: create.metadata.annotations?.[REVISION] ?? '1' };

  const synced = syncCurrent(deployment, groups);
  if (synced.update) return { ...base, ...synced };
  const scales = recreate ? (recreate.kind === 'scale' ? recreate.scales : []) : planRollingUpdate(deployment, groups);
  const complete = scales.length === 0 && isComplete(deployment, status);
  return { ...base, ...synced, scales, remove: complete ? planHistory(deployment, groups.old) : [] };
}

/** The current ReplicaSet's annotations follow the Deployment, its revision is above all others'. */
function syncCurrent(
  deployment: Deployment,
  { current, old }: ReplicaSetGroups,
): { readonly update?: ReplicaSet; readonly revision?: string } {
  if (!current) return {};
  const wanted = Math.max(maxRevision(old) + 1, revisionOf(current));
  const annotations = newReplicaSetAnnotations(deployment, current.metadata.annotations, wanted);
  const minReadySeconds = deployment.spec.minReadySeconds;
  const stale =
    !deepEqual(annotations, current.metadata.annotations ?? {}) ||
    (minReadySeconds ?? 0) !== (current.spec.minReadySeconds ?? 0);
  const revision = annotations[REVISION];
  return {
    ...(stale
      ? {
          update: {
            ...current,
            metadata: { ...current.metadata, annotations },
            spec: { ...current.spec, minReadySeconds },
          },
        }
      : {}),
    ...(revision !== undefined && deployment.metadata.annotations?.[REVISION] !== revision ? { revision } : {}),
  };
}

function rolloutStarted(
  deployment: Deployment,
  { current }: ReplicaSetGroups,
  created: ReplicaSet | undefined,
  conditions: Conditions,
  now: number,
): Conditions {
  if (!hasProgressDeadline(deployment)) return conditions;
  const condition = (reason: string, message: string) =>
    withCondition(conditions, { type: 'Progressing', status: 'True', reason, message }, now);
  if (created) return condition('NewReplicaSetCreated', `Created new replica set "${created.metadata.name}"`);
  if (current && !findCondition(conditions, 'Progressing'))
    return condition('FoundNewReplicaSet', `Found new replica set "${current.metadata.name}"`);
  return conditions;
}

function pauseCondition(deployment: Deployment, conditions: Conditions, now: number): Conditions {
  if (!hasProgressDeadline(deployment)) return conditions;
  const reason = findCondition(conditions, 'Progressing')?.reason;
  if (reason === 'ProgressDeadlineExceeded') return conditions;
  const set = (next: string, message: string) =>
    withCondition(conditions, { type: 'Progressing', status: 'Unknown', reason: next, message }, now);
  if (deployment.spec.paused && reason !== 'DeploymentPaused') return set('DeploymentPaused', 'Deployment is paused');
  if (!deployment.spec.paused && reason === 'DeploymentPaused')
    return set('DeploymentResumed', 'Deployment is resumed');
  return conditions;
}
