import type { Pod } from '@coxswain/api';
import { gracePeriodOf } from '../container/pod-containers.ts';

/** From this priority on a pod is critical (system-cluster-critical, system-node-critical). */
const CRITICAL = 2_000_000_000;

export interface ShutdownStep {
  readonly pods: readonly { readonly pod: Pod /** Seconds. */; readonly grace: number }[];
  /** How long the step may take. */
  readonly periodMs: number;
}

/**
 * The order in which pods end when the node shuts down: the ordinary ones first, then the critical ones, each with its own
 * grace but no longer than its step. Of `total` milliseconds the last `critical` are the critical pods'.
 */
export function planShutdown(pods: readonly Pod[], total: number, critical: number): ShutdownStep[] {
  const step = (members: readonly Pod[], periodMs: number): ShutdownStep => ({
    pods: members.map((pod) => ({ pod, grace: Math.min(gracePeriodOf(pod), Math.floor(periodMs / 1000)) })),
    periodMs,
  });
  const isCritical = ({ spec }: Pod) => (spec.priority ?? 0) >= CRITICAL;
  return [
    step(
      pods.filter((pod) => !isCritical(pod)),
      Math.max(0, total - critical),
    ),
    step(pods.filter(isCritical), critical),
  ].filter((each) => each.pods.length > 0);
}
