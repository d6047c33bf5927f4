import {
  type CronJob,
  type CronJobStatus,
  controllerOf,
  controllerRef,
  cronJobKind,
  isAlreadyExists,
  isNotFound,
  type Job,
  jobKind,
  objectKey,
  statusCause,
} from '@coxswain/api';
import { type Controller, done, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { messageOf } from '../../shared/manage-pods.ts';
import { timestamp } from '../../shared/times.ts';
import { jobReference, planActive, sameActive } from './plan-active.ts';
import { jobNameAt, jobsToDelete, planStart, zonedTimestamp } from './plan-cron-job.ts';

const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';
const BY_CRON_JOB = 'cronJobUid';
/** A timer that far away is set again on the way. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

const CACHE_LAG_MS = 500;

/** Starts Jobs by the clock. */
export function createCronJobController(context: ControllerContext): Controller {
  const { client, clock } = context;
  const cronJobs = context.informers.for(cronJobKind);
  const jobs = context.informers.for(jobKind, {
    indexes: {
      [BY_CRON_JOB]: (job: Job) => {
        const owner = controllerOf(job);
        return owner?.kind === 'CronJob' ? [owner.uid] : [];
      },
    },
  });
  const events = context.eventsOf('cronjob-controller');

  async function deleteJob(cronJob: CronJob, job: Job, signal: AbortSignal): Promise<void> {
    const { name, namespace, uid = '' } = job.metadata;
    try {
      const options = { namespace, signal, propagationPolicy: 'Background', preconditions: { uid } } as const;
      await client.resource(jobKind).delete(name, options);
      events.event(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
    } catch (error) {
      if (isNotFound(error)) return;
      events.event(cronJob, 'Warning', 'FailedDelete', `Deleted job: ${messageOf(error)}`);
      throw error;
    }
  }

  async function writeStatus(cronJob: CronJob, status: CronJobStatus, signal: AbortSignal): Promise<CronJob> {
    if (sameActive(cronJob.status, status)) return cronJob;
    return client.resource(cronJobKind).updateStatus({ ...cronJob, status }, { signal });
  }

  /** The Job of a time; the one that is there already when this is done again. */
  async function createJob(cronJob: CronJob, at: number, signal: AbortSignal): Promise<Job | undefined> {
    const { metadata, spec } = cronJob.spec.jobTemplate;
    const name = jobNameAt(cronJob, at);
    const { namespace } = cronJob.metadata;
    const annotations = { ...metadata?.annotations, [SCHEDULED_AT]: zonedTimestamp(at, cronJob.spec.timeZone) };
    const job: Job = {
      metadata: {
        name,
        namespace,
        ...(metadata?.labels ? { labels: metadata.labels } : {}),
        annotations,
        ownerReferences: [controllerRef(cronJob, cronJobKind)],
      },
      spec,
    };
    try {
      const created = await client.resource(jobKind).create(job, { signal });
      events.event(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${name}`);
      return created;
    } catch (error) {
      if (statusCause(error, 'NamespaceTerminating')) return undefined;
      if (isAlreadyExists(error)) {
        const existing = await client.resource(jobKind).get(name, { namespace, signal });
        if (controllerOf(existing)?.uid === cronJob.metadata.uid) return existing;
      }
      events.event(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${messageOf(error)}`);
      throw error;
    }
  }

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    const cached = cronJobs.lister.get(key);
    if (!cached) return done;
    const owned = jobs.lister.byIndex(BY_CRON_JOB, cached.metadata.uid ?? '');
    // 1. What runs.
    const seen = planActive(cached, owned);
    if (seen.events.some(({ reason }) => reason === 'UnexpectedJob')) {
      // Or only this cache is behind the other.
      const live = await client
        .resource(cronJobKind)
        .get(cached.metadata.name, { namespace: cached.metadata.namespace, signal });
      if (live.metadata.resourceVersion !== cached.metadata.resourceVersion) return requeueAfter(CACHE_LAG_MS);
    }
    const active = [...seen.active];
    for (const reference of seen.missing) {
      const { name = '', namespace, uid } = reference;
      try {
        const live = await client.resource(jobKind).get(name, { namespace, signal });
        if (live.metadata.uid === uid) active.push(reference);
      } catch (error) {
        if (!isNotFound(error)) throw error;
        events.event(cached, 'Normal', 'MissingJob', `Active job went missing: ${name}`);
      }
    }
    for (const { type, reason, message } of seen.events) events.event(cached, type, reason, message);
    const { lastScheduleTime } = cached.status ?? {};
    const status: CronJobStatus = {
      ...(active.length > 0 ? { active } : {}),
      ...(lastScheduleTime === undefined ? {} : { lastScheduleTime }),
      ...(seen.lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime: seen.lastSuccessfulTime }),
    };
    const cronJob = await writeStatus(cached, status, signal);
    // 2. What is history.
    for (const job of jobsToDelete(cronJob, owned)) await deleteJob(cronJob, job, signal);
    // 3. What is due.
    const now = clock.now();
    const plan = planStart({ cronJob, active: active.length, now });
    if (plan.warning) events.event(cronJob, plan.warning.type, plan.warning.reason, plan.warning.message);
    if (plan.kind === 'wait')
      return plan.untilMs === undefined ? done : requeueAfter(Math.min(LONGEST_WAIT_MS, plan.untilMs - now));
    let running = active;
    if (plan.replace) {
      const uids = new Set(active.map(({ uid }) => uid));
      for (const job of owned) if (uids.has(job.metadata.uid)) await deleteJob(cronJob, job, signal);
      running = [];
    }
    const job = await createJob(cronJob, plan.at, signal);
    if (!job) return done;
    const next = { ...status, active: [...running, jobReference(job)], lastScheduleTime: timestamp(plan.at) };
    await writeStatus(cronJob, next, signal);
    // The event of that status wakes this key again and sets the next timer.
    return requeueAfter(1000);
  }

  return {
    name: 'cronjob',
    sources: [
      source(cronJobs),
      source(jobs, (job) => {
        const owner = controllerOf(job);
        const cronJob = cronJobs.lister.get(`${job.metadata.namespace}/${owner?.name}`);
        return cronJob && cronJob.metadata.uid === owner?.uid ? [objectKey(cronJob)] : [];
      }),
    ],
    reconcile,
  };
}
