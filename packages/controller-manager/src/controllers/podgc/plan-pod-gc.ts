import type { Pod } from '@coxswain/api';
import { isPodTerminal } from '../../shared/pods.ts';
import { byCreation } from '../../shared/times.ts';

export interface PodGcInput {
  readonly pods: readonly Pod[];
  readonly nodes: ReadonlySet<string>;
  /** When each missing node was first found missing, milliseconds since the epoch. */
  readonly missingSince: ReadonlyMap<string, number>;
  readonly outOfService: ReadonlySet<string>;
  readonly now: number;
  readonly quarantineMs: number;
  /** Finished pods kept at most; 0 or less keeps all. */
  readonly terminatedPodThreshold: number;
}

export interface PodGcPlan {
  readonly terminated: readonly Pod[];
  readonly unscheduled: readonly Pod[];
  readonly outOfService: readonly Pod[];
  /** Pods of nodes missing for longer than the quarantine; the nodes want a last look at the server. */
  readonly orphaned: readonly Pod[];
  /** The nodes that are missing now, with the time they were first found so. */
  readonly missingSince: ReadonlyMap<string, number>;
}

/** Which pods nobody else will ever take away. */
export function planPodGc(input: PodGcInput): PodGcPlan {
  const { pods, nodes, now } = input;
  const missingSince = new Map<string, number>();
  const orphaned: Pod[] = [];
  const unscheduled: Pod[] = [];
  const outOfService: Pod[] = [];
  for (const pod of pods) {
    const { nodeName } = pod.spec;
    const leaving = pod.metadata.deletionTimestamp !== undefined;
    if (!nodeName) {
      if (leaving) unscheduled.push(pod);
      continue;
    }
    if (leaving && input.outOfService.has(nodeName)) outOfService.push(pod);
    if (nodes.has(nodeName)) continue;
    const since = input.missingSince.get(nodeName) ?? now;
    missingSince.set(nodeName, since);
    if (now - since >= input.quarantineMs) orphaned.push(pod);
  }
  const finished = pods.filter(isPodTerminal);
  const excess = input.terminatedPodThreshold > 0 ? finished.length - input.terminatedPodThreshold : 0;
  const terminated = excess > 0 ? [...finished].sort(byCreation).slice(0, excess) : [];
  return { terminated, unscheduled, outOfService, orphaned, missingSince };
}
