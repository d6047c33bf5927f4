import { controllerOf, type Job, jobKind, type Pod } from '@coxswain/api';
import { type Controller, done, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { claimPods } from '../../shared/claim-pods.ts';
import { sameStatus } from '../../shared/compact.ts';
import { Expectations } from '../../shared/expectations.ts';
import { createPods, deletePods, type ManageFailure, uidsOf } from '../../shared/manage-pods.ts';
import { podInformer } from '../../shared/pod-index.ts';
import { podOwnerSources } from '../../shared/pod-owner.ts';
import { isPodActive } from '../../shared/pods.ts';
import { selectorOf } from '../../shared/selector-of.ts';
import { JobMemory, nextRecent } from './job-memory.ts';
import { isTracked, jobPod } from './job-pod.ts';
import { jobStatus } from './job-status.ts';
import { isJobFinished, type JobEnd, jobCondition, planJobEnd } from './plan-job-end.ts';
import { type JobPodsPlan, MAX_PODS_A_PASS, planJobPods } from './plan-job-pods.ts';
import { planTracking } from './plan-tracking.ts';
import { releasePods } from './release-pods.ts';

const MANAGED_BY = 'kubernetes.io/job-controller';
const BY_TRACKED_JOB = 'trackedJob';
const JOB_NAME = 'batch.kubernetes.io/job-name';

/** Runs pods until enough of them have succeeded, counting each finished one exactly once. */
export function createJobController(context: ControllerContext): Controller {
  const { client, clock } = context;
  const jobs = context.informers.for(jobKind);
  const pods = podInformer(context.informers);
  pods.addIndex(BY_TRACKED_JOB, trackedJobOf);
  const events = context.eventsOf('job-controller');
  const expectations = new Expectations(clock);
  const memory = new JobMemory(jobs, pods);
  const matches = (job: Job, pod: Pod) =>
    job.spec.selector !== undefined && selectorOf(job.spec.selector).matches(pod.metadata.labels ?? {});

  async function release(held: readonly Pod[], signal: AbortSignal): Promise<void> {
    const byUid = new Map(held.map((pod) => [pod.metadata.uid ?? '', pod]));
    const error = await releasePods(held, {
      client,
      signal,
      released(uid) {
        const pod = byUid.get(uid);
        if (pod) memory.letGo(pods, `${pod.metadata.namespace}/${pod.metadata.name}`, uid);
      },
    });
    if (error !== undefined) throw error;
  }

  /** Pods whose Job is gone, or that no Job controls any more. */
  function strays(key: string): Pod[] {
    const uid = jobs.lister.get(key)?.metadata.uid;
    return pods.lister.byIndex(BY_TRACKED_JOB, key).filter((pod) => {
      const owner = controllerOf(pod);
      return owner === undefined || owner.uid !== uid;
    });
  }

  async function manage(
    job: Job,
    plan: JobPodsPlan,
    key: string,
    signal: AbortSignal,
  ): Promise<ManageFailure | undefined> {
    const { create, remove } = plan;
    if (create.length === 0 && remove.length === 0) return undefined;
    expectations.expect(key, { creations: create.length, deletions: uidsOf(remove) });
    const options = { client, events, expectations, key, signal };
    const wanted = create.map(({ index, failures }) => jobPod(job, index, failures));
    return (await deletePods(job, remove, options)) ?? (await createPods(job, wanted, options));
  }

  function announce(job: Job, next: Job, end: JobEnd | undefined): void {
    const appeared = (type: string) => jobCondition(next, type) && !jobCondition(job, type);
    if (appeared('Suspended')) events.event(job, 'Normal', 'Suspended', 'Job suspended');
    if (jobCondition(job, 'Suspended') && !jobCondition(next, 'Suspended'))
      events.event(job, 'Normal', 'Resumed', 'Job resumed');
    if (appeared('Complete')) events.event(job, 'Normal', 'Completed', 'Job completed');
    if (appeared('Failed')) events.event(job, 'Warning', end?.reason ?? 'Failed', end?.message ?? '');
  }

  async function sync(key: string, job: Job, signal: AbortSignal): Promise<ReconcileResult> {
    const trusted = expectations.satisfied(key);
    const owned = await claimPods(job, { client, kind: jobKind, pods, signal, matches: (pod) => matches(job, pod) });
    const now = clock.now();
    const leaving = job.metadata.deletionTimestamp !== undefined;
    const active = owned.filter(isPodActive);
    const facts = { job, pods: owned, released: memory.released };
    const first = planTracking({ ...facts, ending: leaving });
    const end = leaving ? undefined : planJobEnd({ job, tracking: first, active, now });
    const tracking = end ? planTracking({ ...facts, ending: true }) : first;
    const recent = nextRecent(memory.recent(key), tracking.newFailures, tracking.newSuccesses, now);

    // 1. The status names what is about to be let go.
    const next: Job = { ...job, status: jobStatus({ job, tracking, pods: owned, active, end, now }) };
    if (!sameStatus(next.status, job.status)) {
      memory.wrote(key, job, await client.resource(jobKind).updateStatus(next, { signal }));
      announce(job, next, end);
    }
    memory.remember(key, recent);
    // 2. Only then finished pods lose their finalizer.
    await release(tracking.release, signal);
    // 3. And pods come or go.
    if (leaving || !trusted) return done;
    const plan: JobPodsPlan = end
      ? { create: [], remove: active.slice(0, MAX_PODS_A_PASS) }
      : planJobPods({ job, tracking, pods: owned, active, recent, now });
    const failure = await manage(job, plan, key, signal);
    if (failure) throw failure.error;
    return again(next, plan, end !== undefined, now);
  }

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    const job = jobs.lister.get(key);
    await release(strays(key), signal);
    if (!job) {
      expectations.forget(key);
      memory.forget(key);
      return done;
    }
    if ((job.spec.managedBy ?? MANAGED_BY) !== MANAGED_BY) return done;
    // The event that shows what was written wakes this key again.
    if (memory.isStale(key)) return done;
    if (!isJobFinished(job)) return sync(key, job, signal);
    await release(pods.lister.byIndex(BY_TRACKED_JOB, key), signal);
    return done;
  }

  return {
    name: 'job',
    sources: [
      ...podOwnerSources({ owners: jobs, pods, matches, expectations }),
      source(pods, (pod) => {
        const owner = controllerOf(pod);
        return trackedJobOf(pod).filter((key) => !owner || jobs.lister.get(key)?.metadata.uid !== owner.uid);
      }),
    ],
    reconcile,
  };
}

/** The Job that a held pod is, or was, of. */
function trackedJobOf(pod: Pod): string[] {
  if (!isTracked(pod)) return [];
  const owner = controllerOf(pod);
  const name = owner ? (owner.kind === 'Job' ? owner.name : undefined) : pod.metadata.labels?.[JOB_NAME];
  return name === undefined ? [] : [`${pod.metadata.namespace}/${name}`];
}

/** When the deadline or the back-off is due. */
function again({ spec, status }: Job, { retryInMs }: JobPodsPlan, ending: boolean, now: number): ReconcileResult {
  const waits = retryInMs === undefined ? [] : [retryInMs];
  if (!ending && !spec.suspend && spec.activeDeadlineSeconds !== undefined && status?.startTime !== undefined)
    waits.push(Math.max(1, Date.parse(status.startTime) + spec.activeDeadlineSeconds * 1000 - now));
  return waits.length === 0 ? done : requeueAfter(Math.min(...waits));
}
