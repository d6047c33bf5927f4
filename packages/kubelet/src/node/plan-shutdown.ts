import type { Pod } from '@coxswain/api';
import { gracePeriodOf } from '../container/pod-containers.ts';

/** From this priority on a pod is critical (system-cluster-critical, system-node-critical). */
const CRITICAL = 2_000_000_000;

/** How long the pods from a priority on, up to the next one's, have to end. */
export interface ShutdownPeriod {
  readonly priority: number;
  readonly seconds: number;
}

export interface ShutdownStep {
  readonly pods: readonly { readonly pod: Pod /** Seconds. */; readonly grace: number }[];
  /** How long the step may take. */
  readonly periodMs: number;
}

export interface ShutdownSettings {
  /** Milliseconds for all pods, of which the last are the critical ones'. */
  readonly shutdownGracePeriod: number;
  readonly shutdownGracePeriodCriticalPods: number;
  readonly shutdownGracePeriodByPodPriority: readonly ShutdownPeriod[];
}

/** The periods in the order of their priorities; none when pods are to go on while the kubelet is away. */
export function shutdownPeriods(settings: ShutdownSettings): ShutdownPeriod[] {
  const { shutdownGracePeriod, shutdownGracePeriodCriticalPods, shutdownGracePeriodByPodPriority } = settings;
  if (shutdownGracePeriod <= 0) return [...shutdownGracePeriodByPodPriority].sort((a, b) => a.priority - b.priority);
  const critical = Math.floor(shutdownGracePeriodCriticalPods / 1000);
  return [
    { priority: 0, seconds: Math.max(0, Math.floor(shutdownGracePeriod / 1000) - critical) },
    { priority: CRITICAL, seconds: critical },
  ];
}

/**
 * The order in which pods end when the node shuts down (KEP-2712): those of the lowest period first, each pod with its own
 * grace but no longer than its period. A pod below all periods ends with the lowest.
 */
export function planShutdown(pods: readonly Pod[], periods: readonly ShutdownPeriod[]): ShutdownStep[] {
  const periodOf = ({ spec }: Pod) =>
    periods.findLast(({ priority }) => priority <= (spec.priority ?? 0)) ?? periods[0];
  return periods
    .map((period) => ({
      pods: pods
        .filter((pod) => periodOf(pod) === period)
        .map((pod) => ({ pod, grace: Math.min(gracePeriodOf(pod), period.seconds) })),
      periodMs: period.seconds * 1000,
    }))
    .filter((step) => step.pods.length > 0);
}
