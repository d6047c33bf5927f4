import type { Job, Pod } from '@coxswain/api';
import { isPodTerminal } from '../../shared/pods.ts';
import { podsToDelete } from '../replicaset/rank-pods.ts';
import {
  countOf,
  INDEX_FAILURE_COUNT,
  INDEX_IGNORED_FAILURE_COUNT,
  type IndexFailures,
  indexOf,
  isIndexed,
} from './job-pod.ts';
import { matchFailurePolicy } from './match-failure-policy.ts';
import { outcomeOf, type Tracking } from './plan-tracking.ts';

/** At most this many creations or deletions in one pass. */
export const MAX_PODS_A_PASS = 500;
const BACKOFF = { initial: 10_000, max: 600_000 };

export interface JobPodsInput {
  readonly job: Job;
  readonly tracking: Tracking;
  /** All pods of the Job. */
  readonly pods: readonly Pod[];
  /** Neither finished nor leaving. */
  readonly active: readonly Pod[];
  /** Failures in a row and when the last one was, milliseconds since the epoch. */
  readonly recent: { readonly failures: number; readonly last: number };
  readonly now: number;
}

export interface NewPod {
  readonly index?: number;
  readonly failures?: IndexFailures;
}

export interface JobPodsPlan {
  readonly create: readonly NewPod[];
  readonly remove: readonly Pod[];
  /** Milliseconds until more may be created, after failures. */
  readonly retryInMs?: number;
}

/** Which pods a Job that goes on gains or loses: never more active than parallelism, none for what is done. */
export function planJobPods(input: JobPodsInput): JobPodsPlan {
  const { job, pods, active, recent, now } = input;
  const { spec } = job;
  const parallelism = spec.parallelism ?? 1;
  if (spec.suspend) return { create: [], remove: active.slice(0, MAX_PODS_A_PASS) };
  const wrong = isIndexed(job) ? misplaced(input) : [];
  const leaving = pods.filter((pod) => pod.metadata.deletionTimestamp !== undefined && !isPodTerminal(pod)).length;
  const onlyFailed = spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;
  const wanted = wantedActive(input, parallelism);
  const surplus = active.length - wanted;
  if (wrong.length > 0 || surplus > 0) {
    const rest = active.filter((pod) => !wrong.includes(pod));
    const more = podsToDelete(rest, [], Math.max(0, surplus - wrong.length), now);
    return { create: [], remove: [...wrong, ...(surplus > wrong.length ? more : [])].slice(0, MAX_PODS_A_PASS) };
  }
  const count = Math.min(wanted - active.length - (onlyFailed ? leaving : 0), MAX_PODS_A_PASS);
  if (count <= 0) return { create: [], remove: [] };
  if (isIndexed(job) && spec.backoffLimitPerIndex !== undefined) return perIndex(input, count);
  const wait = recent.failures === 0 ? 0 : recent.last + backoff(recent.failures) - now;
  if (wait > 0) return { create: [], remove: [], retryInMs: wait };
  const create = isIndexed(job)
    ? freeIndexes(input)
        .slice(0, count)
        .map((index) => ({ index }))
    : Array.from({ length: count }, () => ({}));
  return { create, remove: [] };
}

function wantedActive({ job, tracking, active }: JobPodsInput, parallelism: number): number {
  const { completions } = job.spec;
  // A work queue: once one has succeeded, the others finish and no more begin.
  if (completions === undefined) return tracking.succeeded > 0 ? Math.min(active.length, parallelism) : parallelism;
  return Math.min(parallelism, Math.max(0, completions - tracking.succeeded - tracking.failedIndexes.count));
}

/** Active pods whose index is done, failed, out of range or taken by another. */
function misplaced({ job, tracking, active }: JobPodsInput): Pod[] {
  const taken = new Set<number>();
  return active.filter((pod) => {
    const index = indexOf(pod);
    const wrong =
      index < 0 ||
      index >= (job.spec.completions ?? 0) ||
      taken.has(index) ||
      tracking.completedIndexes.has(index) ||
      tracking.failedIndexes.has(index);
    taken.add(index);
    return wrong;
  });
}

function freeIndexes({ job, tracking, pods, active }: JobPodsInput): number[] {
  const onlyFailed = job.spec.podReplacementPolicy === 'Failed' || job.spec.podFailurePolicy !== undefined;
  const holding = onlyFailed ? pods.filter((pod) => !isPodTerminal(pod)) : active;
  const taken = new Set(holding.map(indexOf));
  const free: number[] = [];
  for (let index = 0; index < (job.spec.completions ?? 0) && free.length < MAX_PODS_A_PASS; index++)
    if (!taken.has(index) && !tracking.completedIndexes.has(index) && !tracking.failedIndexes.has(index))
      free.push(index);
  return free;
}

/** Each index waits for its own failures only, and its next pod carries their number. */
function perIndex(input: JobPodsInput, count: number): JobPodsPlan {
  const { job, pods, now } = input;
  const create: NewPod[] = [];
  const waits: number[] = [];
  for (const index of freeIndexes(input)) {
    if (create.length >= count) break;
    const failedPods = pods.filter((pod) => indexOf(pod) === index && outcomeOf(job, pod) === 'failed');
    const counts = failedPods.map((pod) => {
      const ignored = matchFailurePolicy(job, pod).action === 'Ignore' ? 1 : 0;
      return {
        failures: countOf(pod, INDEX_FAILURE_COUNT) + 1 - ignored,
        ignored: countOf(pod, INDEX_IGNORED_FAILURE_COUNT) + ignored,
        at: finishedAt(pod) ?? now,
      };
    });
    const last = counts.sort((a, b) => a.failures + a.ignored - b.failures - b.ignored).at(-1);
    const wait = last && last.failures > 0 ? last.at + backoff(last.failures) - now : 0;
    if (wait > 0) waits.push(wait);
    else create.push({ index, failures: { failures: last?.failures ?? 0, ignored: last?.ignored ?? 0 } });
  }
  return { create, remove: [], ...(waits.length > 0 ? { retryInMs: Math.min(...waits) } : {}) };
}

/** When a pod's containers ended, or it began to leave; milliseconds since the epoch. */
export function finishedAt({ metadata, status }: Pod): number | undefined {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''));
  const known = ends.filter((at) => !Number.isNaN(at));
  if (known.length > 0) return Math.max(...known);
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime;
  const at = Date.parse(ready ?? metadata.deletionTimestamp ?? '');
  return Number.isNaN(at) ? undefined : at;
}

/** 10 s doubling to 10 min. */
function backoff(failures: number): number {
  return Math.min(BACKOFF.max, BACKOFF.initial * 2 ** Math.min(failures - 1, 16));
}
