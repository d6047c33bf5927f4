import type { Pod } from '@coxswain/api';
import { podCondition } from '../../shared/pods.ts';

/** One pod's use of what an autoscaler looks at. Values are in thousandths of the metric's unit. */
export interface PodMetric {
  readonly value: number;
  /** End of the window that it was measured over, and the window's length; milliseconds. */
  readonly at: number;
  readonly windowMs: number;
}

/** By pod name. */
export type PodMetrics = ReadonlyMap<string, PodMetric>;

export interface PodGroups {
  readonly readyCount: number;
  readonly unready: ReadonlySet<string>;
  readonly missing: ReadonlySet<string>;
  readonly ignored: ReadonlySet<string>;
}

export interface GroupOptions {
  readonly metrics: PodMetrics;
  /** Pods use more CPU while they start: for it alone young and unready pods are set aside. */
  readonly isCpu: boolean;
  /** --horizontal-pod-autoscaler-cpu-initialization-period and -initial-readiness-delay. */
  readonly cpuInitializationPeriodMs: number;
  readonly initialReadinessDelayMs: number;
  readonly now: number;
}

/** Which pods' metrics count, which pods have none yet, and which are of no account. */
export function groupPods(pods: readonly Pod[], options: GroupOptions): PodGroups {
  const unready = new Set<string>();
  const missing = new Set<string>();
  const ignored = new Set<string>();
  let readyCount = 0;
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata;
    const metric = options.metrics.get(name);
    if (deletionTimestamp !== undefined || pod.status?.phase === 'Failed') ignored.add(name);
    else if (pod.status?.phase === undefined || pod.status.phase === 'Pending') unready.add(name);
    else if (!metric) missing.add(name);
    else if (options.isCpu && isStarting(pod, metric, options)) unready.add(name);
    else readyCount++;
  }
  return { readyCount, unready, missing, ignored };
}

function isStarting(pod: Pod, metric: PodMetric, options: GroupOptions): boolean {
  const ready = podCondition(pod, 'Ready');
  const started = Date.parse(pod.status?.startTime ?? '');
  const changed = Date.parse(ready?.lastTransitionTime ?? '');
  if (!ready || Number.isNaN(started)) return true;
  if (started + options.cpuInitializationPeriodMs > options.now)
    return ready.status === 'False' || metric.at < changed + metric.windowMs;
  return ready.status === 'False' && started + options.initialReadinessDelayMs > changed;
}
