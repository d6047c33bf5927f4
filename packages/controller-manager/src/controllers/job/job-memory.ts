import type { Job, Pod } from '@coxswain/api';
import { objectKey } from '@coxswain/api';
import type { Informer } from '@coxswain/client';
import { isTracked } from './job-pod.ts';
import { finishedAt } from './plan-job-pods.ts';

export interface RecentFailures {
  /** Since the last success. */
  readonly failures: number;
  /** When the last one was, milliseconds since the epoch. */
  readonly last: number;
}

const NONE: RecentFailures = { failures: 0, last: 0 };

/** What a process remembers of its own writes until the caches show them, and of failures for the back-off. */
export class JobMemory {
  readonly #written = new Map<string, bigint>();
  readonly #released = new Set<string>();
  readonly #recent = new Map<string, RecentFailures>();

  readonly #jobs: Informer<Job>;

  constructor(jobs: Informer<Job>, pods: Informer<Pod>) {
    this.#jobs = jobs;
    jobs.addHandler({ deleted: (job) => this.forget(objectKey(job)) });
    pods.addHandler({
      updated: (pod) => {
        if (!isTracked(pod)) this.#released.delete(pod.metadata.uid ?? '');
      },
      deleted: (pod) => this.#released.delete(pod.metadata.uid ?? ''),
    });
  }

  /** Uids of pods whose finalizer is off although the cache doesn't say so yet. */
  get released(): ReadonlySet<string> {
    return this.#released;
  }

  /** Whether the cache lags behind a status that this process wrote: acting on it would count twice. */
  isStale(key: string): boolean {
    const written = this.#written.get(key);
    if (written === undefined) return false;
    if (BigInt(this.#jobs.lister.get(key)?.metadata.resourceVersion ?? 0) < written) return true;
    this.#written.delete(key);
    return false;
  }

  wrote(key: string, before: Job, after: Job): void {
    if (after.metadata.resourceVersion !== before.metadata.resourceVersion)
      this.#written.set(key, BigInt(after.metadata.resourceVersion ?? 0));
  }

  /** Remembers it unless the cache knows already. */
  letGo(pods: Informer<Pod>, key: string, uid: string): void {
    const cached = pods.lister.get(key);
    if (cached?.metadata.uid === uid && isTracked(cached)) this.#released.add(uid);
  }

  recent(key: string): RecentFailures {
    return this.#recent.get(key) ?? NONE;
  }

  remember(key: string, recent: RecentFailures): void {
    if (recent.failures === 0) this.#recent.delete(key);
    else this.#recent.set(key, recent);
  }

  forget(key: string): void {
    this.#written.delete(key);
    this.#recent.delete(key);
  }
}

/** The failures in a row after those of one pass; a success ends the row. */
export function nextRecent(
  before: RecentFailures,
  newFailures: readonly Pod[],
  newSuccesses: number,
  now: number,
): RecentFailures {
  const start = newSuccesses > 0 ? NONE : before;
  if (newFailures.length === 0) return start;
  const last = Math.max(start.last, ...newFailures.map((pod) => Math.min(now, finishedAt(pod) ?? now)));
  return { failures: start.failures + newFailures.length, last };
}
