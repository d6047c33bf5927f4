import type { Job } from '@coxswain/api';
import { isJobFinished, jobCondition } from '../job/plan-job-end.ts';

/** When a finished Job is to be deleted, milliseconds since the epoch; undefined when it stays. */
export function expiryOf(job: Job): number | undefined {
  const { ttlSecondsAfterFinished: ttl } = job.spec;
  if (ttl === undefined || !isJobFinished(job) || job.metadata.deletionTimestamp !== undefined) return undefined;
  const condition = jobCondition(job, 'Complete') ?? jobCondition(job, 'Failed');
  const finished = Date.parse(condition?.lastTransitionTime ?? job.status?.completionTime ?? '');
  return Number.isNaN(finished) ? undefined : finished + ttl * 1000;
}
