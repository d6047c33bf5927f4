import type { Pod, ReplicaSetCondition, ReplicaSetStatus } from '@coxswain/api';
import { isPodActive, isPodReady, isPodTerminal, podAvailableAt } from '../../shared/pods.ts';
import { timestamp } from '../../shared/times.ts';
import type { Replicated } from './replicated.ts';

export interface ReplicaSetFailure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly message: string;
}

export interface ReplicaSetStatusPlan {
  readonly status: ReplicaSetStatus;
  /** Milliseconds until the next pod becomes available by minReadySeconds. */
  readonly nextAvailableInMs?: number;
}

/** The status that follows from the owned pods; `failure` is what the last attempt to change their number met. */
export function replicaSetStatus(
  replicaSet: Replicated,
  pods: readonly Pod[],
  failure: ReplicaSetFailure | undefined,
  now: number,
): ReplicaSetStatusPlan {
  const active = pods.filter(isPodActive);
  const minReadySeconds = replicaSet.spec.minReadySeconds ?? 0;
  const wanted = Object.entries(replicaSet.spec.template?.metadata?.labels ?? {});
  const ready = active.filter(isPodReady);
  const availableAt = ready.map((pod) => podAvailableAt(pod, minReadySeconds) ?? Number.POSITIVE_INFINITY);
  const waiting = availableAt.filter((at) => at > now && Number.isFinite(at));
  const status: ReplicaSetStatus = {
    replicas: active.length,
    fullyLabeledReplicas: active.filter(({ metadata }) => wanted.every(([k, v]) => metadata.labels?.[k] === v)).length,
    readyReplicas: ready.length,
    availableReplicas: availableAt.filter((at) => at <= now).length,
    terminatingReplicas: pods.filter((pod) => pod.metadata.deletionTimestamp !== undefined && !isPodTerminal(pod))
      .length,
    observedGeneration: replicaSet.metadata.generation ?? 0,
  };
  const conditions = failureConditions(replicaSet.status?.conditions ?? [], failure, now);
  if (conditions.length > 0) status.conditions = conditions;
  return waiting.length > 0 ? { status, nextAvailableInMs: Math.min(...waiting) - now } : { status };
}

function failureConditions(
  old: readonly ReplicaSetCondition[],
  failure: ReplicaSetFailure | undefined,
  now: number,
): ReplicaSetCondition[] {
  const others = old.filter(({ type }) => type !== 'ReplicaFailure');
  if (!failure) return others;
  const current = old.find(({ type }) => type === 'ReplicaFailure');
  if (current?.reason === failure.reason) return [...others, current];
  return [
    ...others,
    {
      type: 'ReplicaFailure',
      status: 'True',
      reason: failure.reason,
      message: failure.message,
      lastTransitionTime: timestamp(now),
    },
  ];
}
