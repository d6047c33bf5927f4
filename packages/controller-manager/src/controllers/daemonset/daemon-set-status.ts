import type { DaemonSetStatus } from '@coxswain/api';
import { isPodReady, podAvailableAt } from '../../shared/pods.ts';
import { REVISION_HASH } from '../../shared/sync-revisions.ts';
import { byCreation } from '../../shared/times.ts';
import { type DaemonInput, groupByNode } from './plan-daemon-pods.ts';

export interface DaemonSetStatusPlan {
  readonly status: DaemonSetStatus;
  /** Milliseconds until the next pod becomes available by minReadySeconds. */
  readonly nextAvailableInMs?: number;
}

/** Counts nodes, by the oldest daemon pod of each. */
export function daemonSetStatus(input: DaemonInput): DaemonSetStatusPlan {
  const { daemonSet, hash, now } = input;
  const counts = { desired: 0, current: 0, misscheduled: 0, ready: 0, available: 0, updated: 0 };
  let next = Number.POSITIVE_INFINITY;
  for (const { fit, pods } of groupByNode(input).nodes) {
    if (!fit.shouldRun) {
      if (pods.length > 0) counts.misscheduled++;
      continue;
    }
    counts.desired++;
    const sorted = [...pods].sort(byCreation);
    const [oldest] = sorted;
    if (!oldest) continue;
    counts.current++;
    if (
      sorted.some(
        ({ metadata }) => metadata.labels?.[REVISION_HASH] === hash && metadata.deletionTimestamp === undefined,
      )
    )
      counts.updated++;
    const shown = sorted.find(isPodReady) ?? oldest;
    if (!isPodReady(shown)) continue;
    counts.ready++;
    const at = podAvailableAt(shown, daemonSet.spec.minReadySeconds ?? 0) ?? Number.POSITIVE_INFINITY;
    if (at <= now) counts.available++;
    else next = Math.min(next, at - now);
  }
  const { collisionCount, conditions } = daemonSet.status ?? {};
  const status: DaemonSetStatus = {
    currentNumberScheduled: counts.current,
    numberMisscheduled: counts.misscheduled,
    desiredNumberScheduled: counts.desired,
    numberReady: counts.ready,
    observedGeneration: daemonSet.metadata.generation ?? 0,
    updatedNumberScheduled: counts.updated,
    numberAvailable: counts.available,
    numberUnavailable: counts.desired - counts.available,
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions === undefined ? {} : { conditions }),
  };
  return Number.isFinite(next) ? { status, nextAvailableInMs: next } : { status };
}
