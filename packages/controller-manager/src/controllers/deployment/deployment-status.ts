import type { Deployment, DeploymentStatus, ReplicaSet } from '@coxswain/api';
import { type Conditions, findCondition, withCondition, withoutCondition } from './deployment-conditions.ts';
import { type ReplicaSetGroups, sumReplicas, sumStatus } from './replica-sets.ts';
import { desiredReplicas, rollingLimits } from './rolling-limits.ts';

const NO_DEADLINE = 2_147_483_647;

export interface StatusInput {
  readonly deployment: Deployment;
  readonly groups: ReplicaSetGroups;
  /** The conditions to start from: the present ones, or with what this pass already changed. */
  readonly conditions: Conditions;
  readonly now: number;
}

/** The counts, Available, and the conditions as given. */
export function countedStatus({ deployment, groups, conditions, now }: StatusInput): DeploymentStatus {
  const { current, all } = groups;
  const available = sumStatus(all, 'availableReplicas');
  const enough = available >= desiredReplicas(deployment) - rollingLimits(deployment).maxUnavailable;
  const availableCondition = enough
    ? { status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : {
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
  return {
    observedGeneration: deployment.metadata.generation,
    replicas: sumStatus(all, 'replicas'),
    updatedReplicas: current ? sumStatus([current], 'replicas') : 0,
    readyReplicas: sumStatus(all, 'readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sumReplicas(all) - available),
    terminatingReplicas: sumStatus(all, 'terminatingReplicas'),
    collisionCount: deployment.status?.collisionCount,
    conditions: [...withCondition(conditions, { type: 'Available', ...availableCondition }, now)],
  };
}

/** The status in the course of a rollout: also tells its progress, against progressDeadlineSeconds. */
export function rolloutStatus(input: StatusInput): DeploymentStatus {
  const { deployment, groups, now } = input;
  const status = countedStatus(input);
  let conditions: Conditions = status.conditions ?? [];
  const progressing = findCondition(input.conditions, 'Progressing');
  const alreadyComplete =
    status.replicas === status.updatedReplicas && progressing?.reason === 'NewReplicaSetAvailable';

  if (!hasProgressDeadline(deployment)) conditions = withoutCondition(conditions, 'Progressing');
  else if (!alreadyComplete) {
    const subject = groups.current
      ? `ReplicaSet "${groups.current.metadata.name}"`
      : `Deployment "${deployment.metadata.name}"`;
    const condition = (status: string, reason: string, what: string) => ({
      type: 'Progressing',
      status,
      reason,
      message: `${subject} ${what}`,
    });
    if (isComplete(deployment, status)) {
      const next = condition('True', 'NewReplicaSetAvailable', 'has successfully progressed.');
      conditions = withCondition(conditions, next, now);
    } else if (hasProgressed(deployment, status)) {
      const next = condition('True', 'ReplicaSetUpdated', 'is progressing.');
      const kept = withCondition(withoutCondition(conditions, 'Progressing'), next, now);
      const since = progressing?.status === 'True' ? progressing.lastTransitionTime : undefined;
      conditions = kept.map((c) => (c.type === 'Progressing' && since ? { ...c, lastTransitionTime: since } : c));
    } else if (deadlineIn(deployment, input.conditions, now) <= 0) {
      const next = condition('False', 'ProgressDeadlineExceeded', 'has timed out progressing.');
      conditions = withCondition(conditions, next, now);
    }
  }
  return { ...status, conditions: [...withReplicaFailure(conditions, groups, now)] };
}

/** All replicas are of the present template and available, and nothing of an older one is left. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const desired = desiredReplicas(deployment);
  return (
    status.updatedReplicas === desired &&
    status.replicas === desired &&
    status.availableReplicas === desired &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

export function hasProgressDeadline(deployment: Deployment): boolean {
  const seconds = deployment.spec.progressDeadlineSeconds;
  return seconds !== undefined && seconds !== NO_DEADLINE;
}

function hasProgressed({ status: old = {} }: Deployment, next: DeploymentStatus): boolean {
  const count = (value: number | undefined) => value ?? 0;
  return (
    count(next.updatedReplicas) > count(old.updatedReplicas) ||
    count(next.replicas) - count(next.updatedReplicas) < count(old.replicas) - count(old.updatedReplicas) ||
    count(next.readyReplicas) > count(old.readyReplicas) ||
    count(next.availableReplicas) > count(old.availableReplicas)
  );
}

/** Milliseconds until a rollout without progress counts as stuck; Infinity when none is under way. */
export function deadlineIn(deployment: Deployment, conditions: Conditions, now: number): number {
  const condition = findCondition(conditions, 'Progressing');
  if (!hasProgressDeadline(deployment) || !condition || condition.reason === 'NewReplicaSetAvailable')
    return Number.POSITIVE_INFINITY;
  if (condition.reason === 'ProgressDeadlineExceeded') return 0;
  const since = Date.parse(condition.lastUpdateTime ?? '') || now;
  return since + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000 - now;
}

function withReplicaFailure(conditions: Conditions, { current, all }: ReplicaSetGroups, now: number): Conditions {
  const failures = (sets: readonly ReplicaSet[]) =>
    sets.flatMap(({ status }) => (status?.conditions ?? []).filter(({ type }) => type === 'ReplicaFailure'));
  const failure = (current ? failures([current]) : [])[0] ?? failures(all)[0];
  if (!failure) return withoutCondition(conditions, 'ReplicaFailure');
  const { type, status, reason = '', message = '' } = failure;
  return withCondition(conditions, { type, status, reason, message }, now);
}
