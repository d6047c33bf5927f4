import { type CronJob, type CronJobStatus, type Job, jobKind, type ObjectReference } from '@coxswain/api';
import { isJobFinished, jobCondition } from '../job/plan-job-end.ts';
import type { Warning } from './plan-cron-job.ts';

export interface ActivePlan {
  readonly active: ObjectReference[];
  readonly lastSuccessfulTime: string | undefined;
  readonly events: readonly Warning[];
  /** Listed Jobs that the cache doesn't have; their going is to be asked of the server. */
  readonly missing: readonly ObjectReference[];
}

/** Brings status.active in line with the Jobs that are there. */
export function planActive({ status, metadata }: CronJob, jobs: readonly Job[]): ActivePlan {
  const listed = status?.active ?? [];
  const events: Warning[] = [];
  let last = status?.lastSuccessfulTime;
  const active: ObjectReference[] = [];
  const missing: ObjectReference[] = [];
  const byUid = new Map(jobs.map((job) => [job.metadata.uid, job]));
  for (const reference of listed) {
    const job = byUid.get(reference.uid);
    if (!job) missing.push(reference);
    else if (isJobFinished(job)) {
      const condition = jobCondition(job, 'Complete') ? 'Complete' : 'Failed';
      const message = `Saw completed job: ${job.metadata.name}, condition: ${condition}`;
      events.push({ type: 'Normal', reason: 'SawCompletedJob', message });
    } else active.push(reference);
  }
  for (const job of jobs) {
    const { completionTime } = job.status ?? {};
    if (jobCondition(job, 'Complete') && completionTime && (last === undefined || completionTime > last))
      last = completionTime;
    if (isJobFinished(job) || listed.some(({ uid }) => uid === job.metadata.uid)) continue;
    // Adopted, or made in a pass whose status was never written.
    const message = `Saw a job that the controller did not create or forgot: ${job.metadata.name}`;
    events.push({ type: 'Warning', reason: 'UnexpectedJob', message });
    if (isScheduled(metadata.name, job)) active.push(jobReference(job));
  }
  return { active, lastSuccessfulTime: last, events, missing };
}

/** Named as this controller names Jobs; one that a user made from the CronJob isn't. */
function isScheduled(cronJobName: string, { metadata: { name } }: Job): boolean {
  return name.startsWith(`${cronJobName}-`) && /^\d+$/.test(name.slice(cronJobName.length + 1));
}

export function jobReference({ metadata }: Job): ObjectReference {
  const { name, namespace, uid, resourceVersion } = metadata;
  return { apiVersion: jobKind.apiVersion, kind: jobKind.kind, name, namespace, uid, resourceVersion };
}

export function sameActive(a: CronJobStatus | undefined, b: CronJobStatus): boolean {
  const uids = (status: CronJobStatus | undefined) => (status?.active ?? []).map(({ uid }) => uid).join();
  return (
    uids(a) === uids(b) && a?.lastSuccessfulTime === b.lastSuccessfulTime && a?.lastScheduleTime === b.lastScheduleTime
  );
}
