import type { Job, JobStatus, Pod } from '@coxswain/api';
import { Indexes } from './indexes.ts';
import { countOf, INDEX_FAILURE_COUNT, indexOf, isIndexed, isTracked } from './job-pod.ts';
import { matchFailurePolicy } from './match-failure-policy.ts';

/** At most this many pods are accounted in one pass, so that the status stays small. */
const MAX_UNCOUNTED = 500;

export interface TrackingInput {
  readonly job: Job;
  readonly pods: readonly Pod[];
  /** Uids whose finalizer this process has taken off already, whatever the cache says. */
  readonly released: ReadonlySet<string>;
  /** The Job is ending: no failed pod is kept for its index's count. */
  readonly ending: boolean;
}

export interface Tracking {
  /** counts, indexes and uncounted uids of the next status. */
  readonly status: Pick<
    JobStatus,
    'succeeded' | 'failed' | 'completedIndexes' | 'failedIndexes' | 'uncountedTerminatedPods'
  >;
  /** Pods to let go of once that status is written. */
  readonly release: readonly Pod[];
  /** Successes and failures, those on their way into the counts included. */
  readonly succeeded: number;
  readonly failed: number;
  readonly completedIndexes: Indexes;
  readonly failedIndexes: Indexes;
  /** Failures that this pass sees for the first time. */
  readonly newFailures: readonly Pod[];
  readonly newSuccesses: number;
  /** Why podFailurePolicy fails the Job, if it does. */
  readonly failJob: string | undefined;
}

/** Succeeded or failed; one that is leaving counts as failed unless only failed pods are replaced. */
export function outcomeOf(job: Job, pod: Pod): 'succeeded' | 'failed' | undefined {
  if (pod.status?.phase === 'Succeeded') return 'succeeded';
  if (pod.status?.phase === 'Failed') return 'failed';
  const onlyFailed = job.spec.podReplacementPolicy === 'Failed' || job.spec.podFailurePolicy !== undefined;
  return pod.metadata.deletionTimestamp !== undefined && !onlyFailed ? 'failed' : undefined;
}

/**
 * Counts each finished pod once. A pod is first named in status.uncountedTerminatedPods, then let go by taking its
 * finalizer off, and only when it is seen without one does it move from the names into the number: whatever dies in
 * between is found again.
 */
export function planTracking({ job, pods, released, ending }: TrackingInput): Tracking {
  const { status = {} } = job;
  const completions = job.spec.completions ?? 0;
  const indexed = isIndexed(job);
  const held = new Set(
    pods.filter((pod) => isTracked(pod) && !released.has(pod.metadata.uid ?? '')).map(({ metadata }) => metadata.uid),
  );
  const before = status.uncountedTerminatedPods;
  const uncounted = {
    succeeded: (before?.succeeded ?? []).filter((uid) => held.has(uid)),
    failed: (before?.failed ?? []).filter((uid) => held.has(uid)),
  };
  let completed = Indexes.parse(status.completedIndexes, completions);
  let succeeded = (status.succeeded ?? 0) + (before?.succeeded?.length ?? 0) - uncounted.succeeded.length;
  const failed = (status.failed ?? 0) + (before?.failed?.length ?? 0) - uncounted.failed.length;
  const known = new Set([...uncounted.succeeded, ...uncounted.failed]);
  const delayed = ending ? new Set<string>() : heldForIndex(job, pods);
  const release: Pod[] = [];
  const newFailures: Pod[] = [];
  const newIndexes: number[] = [];
  const failedIndexes: number[] = [];
  let failJob: string | undefined;
  let newSuccesses = 0;

  for (const pod of pods) {
    const { uid = '' } = pod.metadata;
    if (!held.has(uid)) continue;
    const outcome = outcomeOf(job, pod);
    if (known.has(uid)) {
      release.push(pod);
      continue;
    }
    if (outcome === undefined) continue;
    const index = indexOf(pod);
    if (
      outcome === 'succeeded' &&
      indexed &&
      (index < 0 || index >= completions || completed.has(index) || newIndexes.includes(index))
    ) {
      release.push(pod);
      continue;
    }
    if (outcome === 'failed') {
      const { action, message } = matchFailurePolicy(job, pod);
      if (action === 'FailJob') failJob ??= message;
      if (indexFails(job, pod, action)) failedIndexes.push(index);
      if (delayed.has(uid) && !failedIndexes.includes(index)) continue;
      if (action === 'Ignore') {
        release.push(pod);
        continue;
      }
    }
    if (uncounted.succeeded.length + uncounted.failed.length >= MAX_UNCOUNTED) continue;
    release.push(pod);
    if (outcome === 'succeeded') {
      newSuccesses++;
      uncounted.succeeded.push(uid);
      if (indexed) newIndexes.push(index);
    } else {
      newFailures.push(pod);
      uncounted.failed.push(uid);
    }
  }

  completed = completed.with(newIndexes);
  const perIndex = indexed && job.spec.backoffLimitPerIndex !== undefined;
  const allFailed = Indexes.parse(status.failedIndexes, completions).with(
    perIndex ? failedIndexes.filter((index) => index >= 0 && index < completions && !completed.has(index)) : [],
  );
  const total = indexed ? completed.count : succeeded + uncounted.succeeded.length;
  if (indexed) succeeded = completed.count;
  return {
    status: {
      succeeded,
      failed,
      ...(indexed ? { completedIndexes: completed.toString() } : {}),
      ...(perIndex ? { failedIndexes: allFailed.toString() } : {}),
      uncountedTerminatedPods: {
        ...(uncounted.succeeded.length > 0 ? { succeeded: uncounted.succeeded } : {}),
        ...(uncounted.failed.length > 0 ? { failed: uncounted.failed } : {}),
      },
    },
    release,
    succeeded: total,
    failed: failed + uncounted.failed.length,
    completedIndexes: completed,
    failedIndexes: allFailed,
    newFailures,
    newSuccesses,
    failJob,
  };
}

function indexFails({ spec }: Job, pod: Pod, action: string): boolean {
  if (spec.backoffLimitPerIndex === undefined) return false;
  return (
    action === 'FailIndex' || (action === 'Count' && countOf(pod, INDEX_FAILURE_COUNT) >= spec.backoffLimitPerIndex)
  );
}

/** With backoffLimitPerIndex the latest failed pod of an index stays until the next one carries its count on. */
function heldForIndex(job: Job, pods: readonly Pod[]): Set<string> {
  const latest = new Map<number, Pod>();
  if (job.spec.backoffLimitPerIndex === undefined) return new Set();
  const generation = (pod: Pod) =>
    countOf(pod, INDEX_FAILURE_COUNT) + countOf(pod, 'batch.kubernetes.io/job-index-ignored-failure-count');
  for (const pod of pods) {
    const index = indexOf(pod);
    if (index < 0) continue;
    const other = latest.get(index);
    if (!other || generation(pod) > generation(other)) latest.set(index, pod);
  }
  return new Set([...latest.values()].map(({ metadata }) => metadata.uid ?? ''));
}
