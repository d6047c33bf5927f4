import type { Job, JobCondition, JobStatus, Pod } from '@coxswain/api';
import { isPodReady, isPodTerminal } from '../../shared/pods.ts';
import { timestamp } from '../../shared/times.ts';
import type { JobEnd } from './plan-job-end.ts';
import type { Tracking } from './plan-tracking.ts';

export interface JobStatusInput {
  readonly job: Job;
  readonly tracking: Tracking;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly end: JobEnd | undefined;
  readonly now: number;
}

/** The next status: counts, and conditions as the Job is suspended, resumed, about to end, or ended. */
export function jobStatus({ job, tracking, pods, active, end, now }: JobStatusInput): JobStatus {
  const { suspend } = job.spec;
  let conditions: JobCondition[] = [...(job.status?.conditions ?? [])];
  let { startTime } = job.status ?? {};
  const set = (type: string, status: string, reason: string, message: string) => {
    const at = timestamp(now);
    const condition = { type, status, reason, message, lastProbeTime: at, lastTransitionTime: at };
    const old = conditions.find((own) => own.type === type);
    if (old?.status === status && old.reason === reason) return;
    conditions = old ? conditions.map((own) => (own === old ? condition : own)) : [...conditions, condition];
  };
  const suspended = conditions.some(({ type, status }) => type === 'Suspended' && status === 'True');
  const leaving = pods.filter((pod) => pod.metadata.deletionTimestamp !== undefined && !isPodTerminal(pod)).length;
  if (end) {
    const target = end.outcome === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
    set(target, 'True', end.reason, end.message);
  } else if (suspend) {
    set('Suspended', 'True', 'JobSuspended', 'Job suspended');
    startTime = undefined;
  } else if (suspended) {
    set('Suspended', 'False', 'JobResumed', 'Job resumed');
    startTime = undefined;
  }
  if (!suspend) startTime ??= timestamp(now);
  // The last word waits until no pod runs and every finished one is in the counts.
  const { uncountedTerminatedPods: uncounted } = tracking.status;
  const settled = active.length === 0 && leaving === 0 && !uncounted?.succeeded?.length && !uncounted?.failed?.length;
  const over = end !== undefined && settled && tracking.release.length === 0;
  if (over) set(end.outcome, 'True', end.reason, end.message);
  return {
    ...(startTime === undefined ? {} : { startTime }),
    ...(conditions.length > 0 ? { conditions } : {}),
    ...tracking.status,
    ...(over && end.outcome === 'Complete' ? { completionTime: timestamp(now) } : {}),
    active: active.length,
    ready: active.filter(isPodReady).length,
    terminating: leaving,
  };
}
