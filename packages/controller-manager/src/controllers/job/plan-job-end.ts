import type { Job, JobCondition, Pod } from '@coxswain/api';
import { Indexes } from './indexes.ts';
import { isIndexed } from './job-pod.ts';
import type { Tracking } from './plan-tracking.ts';

export interface JobEnd {
  readonly outcome: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

export interface JobEndInput {
  readonly job: Job;
  readonly tracking: Tracking;
  readonly active: readonly Pod[];
  readonly now: number;
}

export function jobCondition({ status }: Job, type: string): JobCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');
}

export function isJobFinished(job: Job): boolean {
  return jobCondition(job, 'Complete') !== undefined || jobCondition(job, 'Failed') !== undefined;
}

/** Whether a Job is to end, and how; undefined while it goes on. A decision once written stays. */
export function planJobEnd(input: JobEndInput): JobEnd | undefined {
  const { job, tracking, active, now } = input;
  const { spec, status } = job;
  for (const [type, outcome] of [
    ['FailureTarget', 'Failed'],
    ['SuccessCriteriaMet', 'Complete'],
  ] as const) {
    const decided = jobCondition(job, type);
    if (decided) return { outcome, reason: decided.reason ?? '', message: decided.message ?? '' };
  }
  if (tracking.failJob !== undefined) return failed('PodFailurePolicy', tracking.failJob);
  const rule = matchedSuccessRule(job, tracking);
  if (rule !== undefined)
    return { outcome: 'Complete', reason: 'SuccessPolicy', message: `Matched rules at index ${rule}` };
  const limit = spec.backoffLimit ?? 6;
  if (tracking.failed > limit || restartsExceed(job, active, limit))
    return failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  if (!spec.suspend && spec.activeDeadlineSeconds !== undefined && status?.startTime !== undefined)
    if (now - Date.parse(status.startTime) >= spec.activeDeadlineSeconds * 1000)
      return failed('DeadlineExceeded', 'Job was active longer than specified deadline');
  const { completions } = spec;
  if (isIndexed(job) && spec.backoffLimitPerIndex !== undefined && tracking.failedIndexes.count > 0) {
    if (spec.maxFailedIndexes !== undefined && tracking.failedIndexes.count > spec.maxFailedIndexes)
      return failed('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
    if (tracking.failedIndexes.count + tracking.completedIndexes.count >= (completions ?? 0))
      return failed('FailedIndexes', 'Job has failed indexes');
  }
  const complete =
    completions === undefined ? tracking.succeeded > 0 && active.length === 0 : tracking.succeeded >= completions;
  return complete
    ? { outcome: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' }
    : undefined;
}

function failed(reason: string, message: string): JobEnd {
  return { outcome: 'Failed', reason, message };
}

/** The first rule of successPolicy that the completed indexes fulfil. */
function matchedSuccessRule(job: Job, { completedIndexes }: Tracking): number | undefined {
  if (!isIndexed(job)) return undefined;
  const completions = job.spec.completions ?? 0;
  const at = (job.spec.successPolicy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return completedIndexes.count >= (succeededCount ?? Number.POSITIVE_INFINITY);
    const wanted = [...Indexes.parse(succeededIndexes, completions).values()];
    const met = wanted.filter((index) => completedIndexes.has(index)).length;
    return met >= (succeededCount ?? wanted.length);
  });
  return at < 0 ? undefined : at;
}

/** Pods that restart in place count their containers' restarts against the limit. */
function restartsExceed({ spec }: Job, active: readonly Pod[], limit: number): boolean {
  if (spec.template.spec.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const { status } of active) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    for (const { restartCount } of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])])
      restarts += restartCount;
  }
  return limit === 0 ? restarts > 0 : restarts >= limit;
}
