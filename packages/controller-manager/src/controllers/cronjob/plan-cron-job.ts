import type { CronJob, Job } from '@coxswain/api';
import { timestamp } from '../../shared/times.ts';
import { isJobFinished, jobCondition } from '../job/plan-job-end.ts';
import { parseSchedule, type Schedule } from './parse-schedule.ts';

/** So many missed starts, and the controller warns. */
const MANY_MISSED = 100;

export type StartPlan =
  | { readonly kind: 'start'; readonly at: number; readonly replace: boolean; readonly warning?: Warning | undefined }
  | { readonly kind: 'wait'; readonly untilMs?: number; readonly warning?: Warning | undefined };

export interface Warning {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export interface StartInput {
  readonly cronJob: CronJob;
  /** Jobs of it that go on. */
  readonly active: number;
  readonly now: number;
}

/** Whether a Job is due now, and when to look again; times in milliseconds since the epoch. */
export function planStart({ cronJob, active, now }: StartInput): StartPlan {
  const { spec, status, metadata } = cronJob;
  if (metadata.deletionTimestamp !== undefined || spec.suspend) return { kind: 'wait' };
  let schedule: Schedule;
  try {
    if (spec.timeZone !== undefined) checkTimeZone(spec.timeZone);
    schedule = parseSchedule(spec.schedule, spec.timeZone);
  } catch (error) {
    const message = (error as Error).message;
    const warning: Warning = message.startsWith('invalid timeZone')
      ? { type: 'Warning', reason: 'UnknownTimeZone', message }
      : {
          type: 'Warning',
          reason: 'UnparseableSchedule',
          message: `unparseable schedule: ${JSON.stringify(spec.schedule)} : ${message}`,
        };
    return { kind: 'wait', warning };
  }
  const next = schedule.next(now);
  const wait = (warning?: Warning): StartPlan => ({
    kind: 'wait',
    ...(next === undefined ? {} : { untilMs: next }),
    ...(warning ? { warning } : {}),
  });
  const { due, many } = mostRecent(cronJob, schedule, now);
  if (due === undefined) return wait();
  const warning: Warning | undefined = many
    ? {
        type: 'Warning',
        reason: 'TooManyMissedTimes',
        message: 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
      }
    : undefined;
  const deadline = spec.startingDeadlineSeconds;
  if (deadline !== undefined && due + deadline * 1000 < now) {
    const message = `Missed scheduled time to start a job: ${new Date(due).toUTCString()}`;
    return wait({ type: 'Warning', reason: 'MissSchedule', message });
  }
  if (status?.lastScheduleTime !== undefined && Date.parse(status.lastScheduleTime) >= due) return wait(warning);
  if (spec.concurrencyPolicy === 'Forbid' && active > 0)
    return wait({
      type: 'Normal',
      reason: 'JobAlreadyActive',
      message: 'Not starting job because prior execution is running and concurrency policy is Forbid',
    });
  return { kind: 'start', at: due, replace: spec.concurrencyPolicy === 'Replace', warning };
}

function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new Error(`invalid timeZone: ${JSON.stringify(timeZone)} : unknown time zone ${timeZone}`);
  }
}

/** The latest time that is due since the last start, and whether more than a hundred were missed. */
function mostRecent({ metadata, spec, status }: CronJob, schedule: Schedule, now: number) {
  let from = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp ?? timestamp(now));
  const { startingDeadlineSeconds } = spec;
  if (startingDeadlineSeconds !== undefined) from = Math.max(from, now - startingDeadlineSeconds * 1000);
  const first = schedule.next(from);
  if (first === undefined || first > now) return { due: undefined, many: false };
  let count = 0;
  for (
    let at: number | undefined = first;
    at !== undefined && at <= now && count <= MANY_MISSED;
    at = schedule.next(at)
  )
    count++;
  // Closing in from behind: only the newest few are walked one by one.
  let due = first;
  for (const windowMs of [3_600_000, 86_400_000, 31 * 86_400_000, 366 * 86_400_000, now - from]) {
    let at = schedule.next(Math.max(from, now - windowMs));
    if (at === undefined || at > now) continue;
    for (; at !== undefined && at <= now; at = schedule.next(at)) due = at;
    break;
  }
  return { due, many: count > MANY_MISSED };
}

/** Finished Jobs beyond the history limits, oldest first. */
export function jobsToDelete({ spec }: CronJob, jobs: readonly Job[]): Job[] {
  const beyond = (type: string, limit: number | undefined) => {
    if (limit === undefined) return [];
    const ended = jobs.filter((job) => isJobFinished(job) && jobCondition(job, type) !== undefined);
    ended.sort((a, b) => startOf(a) - startOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1));
    return ended.slice(0, Math.max(0, ended.length - limit));
  };
  return [...beyond('Complete', spec.successfulJobsHistoryLimit), ...beyond('Failed', spec.failedJobsHistoryLimit)];
}

function startOf({ status, metadata }: Job): number {
  return Date.parse(status?.startTime ?? metadata.creationTimestamp ?? '') || 0;
}

/** The same for the same time, so that a start is never doubled: the CronJob's name and the minutes since 1970. */
export function jobNameAt({ metadata }: CronJob, at: number): string {
  return `${metadata.name}-${Math.floor(at / 60_000)}`;
}

/** RFC 3339 in a time zone. */
export function zonedTimestamp(at: number, timeZone = 'UTC'): string {
  if (timeZone === 'UTC' || timeZone === 'Etc/UTC') return timestamp(at);
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const local = format.format(at).replace(' ', 'T');
  const minutes = Math.round((Date.parse(`${local}Z`) - at) / 60_000);
  const two = (n: number) => String(n).padStart(2, '0');
  const size = Math.abs(minutes);
  return minutes === 0
    ? `${local}Z`
    : `${local}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
