import type { StatefulSetStatus } from '@coxswain/api';
import { isPodReady, podAvailableAt } from '../../shared/pods.ts';
import { revisionOf } from './identity.ts';
import { replicasOf, type StatefulInput } from './plan-stateful-set.ts';

export interface StatefulSetStatusPlan {
  readonly status: StatefulSetStatus;
  /** Milliseconds until the next pod becomes available by minReadySeconds. */
  readonly nextAvailableInMs?: number;
}

/** Counts pods; a rollout that has reached every replica makes its revision the current one. */
export function statefulSetStatus(input: StatefulInput): StatefulSetStatusPlan {
  const { set, now, currentRevision, updateRevision } = input;
  const { wanted, condemned } = replicasOf(input);
  const pods = [...wanted.filter((pod) => pod !== undefined), ...condemned];
  const ready = pods.filter((pod) => pod.status?.phase === 'Running' && isPodReady(pod));
  const times = ready.map((pod) => podAvailableAt(pod, set.spec.minReadySeconds ?? 0) ?? Number.POSITIVE_INFINITY);
  const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const count = (revision: string) => staying.filter((pod) => revisionOf(pod) === revision).length;
  const { collisionCount, conditions } = set.status ?? {};
  const counts = {
    replicas: pods.length,
    readyReplicas: ready.length,
    availableReplicas: times.filter((at) => at <= now).length,
    currentReplicas: count(currentRevision),
    updatedReplicas: count(updateRevision),
  };
  const all = set.spec.replicas ?? 1;
  const rolling = (set.spec.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
  const complete = rolling && counts.updatedReplicas === all && counts.readyReplicas === all && counts.replicas === all;
  const status: StatefulSetStatus = {
    ...counts,
    ...(complete ? { currentReplicas: counts.updatedReplicas } : {}),
    observedGeneration: set.metadata.generation ?? 0,
    currentRevision: complete ? updateRevision : currentRevision,
    updateRevision,
    collisionCount: collisionCount ?? 0,
    ...(conditions === undefined ? {} : { conditions }),
  };
  const next = Math.min(...times.filter((at) => at > now)) - now;
  return Number.isFinite(next) ? { status, nextAvailableInMs: next } : { status };
}
