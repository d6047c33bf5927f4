import {
  failure,
  findCondition,
  formatTime,
  newForbidden,
  type PodDisruptionBudget,
  StatusError,
  setCondition,
} from '@coxswain/api';

/** Evictions that the disruption controller has not seen through yet. */
const MAX_DISRUPTED_PODS = 2000;
const RETRY_SECONDS = 10;
const REFUSED = "Cannot evict pod as it would violate the pod's disruption budget.";

/**
 * The budget's status after one of its pods was allowed to go. Pure.
 * @throws StatusError 429 when none may go now, Forbidden when its status makes no sense
 */
export function withdrawDisruption(
  { metadata, status }: PodDisruptionBudget,
  podName: string,
  now: number,
): NonNullable<PodDisruptionBudget['status']> {
  const { name = '', generation = 0 } = metadata;
  const { observedGeneration = 0, disruptionsAllowed = 0, disruptedPods = {} } = status ?? {};
  if (!status || observedGeneration < generation) throw beingProcessed(name);
  const forbidden = (why: string) => newForbidden({ group: 'policy', resource: 'poddisruptionbudget' }, name, why);
  if (disruptionsAllowed < 0) throw forbidden('pdb disruptions allowed is negative');
  if (Object.keys(disruptedPods).length > MAX_DISRUPTED_PODS)
    throw forbidden('DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  const condition = findCondition(status.conditions, 'DisruptionAllowed');
  if (disruptionsAllowed === 0) {
    const { desiredHealthy = 0, currentHealthy = 0 } = status;
    throw refused(
      condition?.reason === 'SyncFailed'
        ? `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${condition.message ?? ''}`
        : `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
    );
  }
  const left = disruptionsAllowed - 1;
  const exhausted = {
    type: 'DisruptionAllowed',
    status: 'False',
    reason: 'InsufficientPods',
    message: '',
    observedGeneration,
    lastTransitionTime: formatTime(now),
  };
  return {
    ...status,
    disruptionsAllowed: left,
    disruptedPods: { ...disruptedPods, [podName]: formatTime(now) },
    ...(left === 0 ? { conditions: setCondition(status.conditions ?? [], exhausted) } : {}),
  };
}

/** 429 that says when to come again. */
export function beingProcessed(budget: string): StatusError {
  return refused(`The disruption budget ${budget} is still being processed by the server.`, RETRY_SECONDS);
}

function refused(message: string, retryAfterSeconds = 0): StatusError {
  const causes = [{ reason: 'DisruptionBudget', message }];
  return new StatusError(failure(429, 'TooManyRequests', REFUSED, { causes, retryAfterSeconds }));
}
