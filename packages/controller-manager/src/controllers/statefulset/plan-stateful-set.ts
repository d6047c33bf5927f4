import type { Pod, StatefulSet } from '@coxswain/api';
import { isPodAvailable, isPodReady, isPodTerminal } from '../../shared/pods.ts';
import { hasIdentity, ordinalOf } from './identity.ts';
import { planUpdate } from './plan-update.ts';

export interface StatefulInput {
  readonly set: StatefulSet;
  /** The pods that the StatefulSet owns. */
  readonly pods: readonly Pod[];
  /** Names of ControllerRevisions: what is being replaced, and by what. */
  readonly currentRevision: string;
  readonly updateRevision: string;
  readonly now: number;
}

export type StatefulAction =
  | { readonly kind: 'create'; readonly ordinal: number; readonly revision: string }
  /** Its claims are to be there, its labels to be right. */
  | { readonly kind: 'repair'; readonly ordinal: number; readonly pod: Pod }
  /** It ended; the next one comes once it is gone. */
  | { readonly kind: 'recreate'; readonly ordinal: number; readonly pod: Pod }
  | { readonly kind: 'scaleDown'; readonly ordinal: number; readonly pod: Pod }
  | { readonly kind: 'update'; readonly ordinal: number; readonly pod: Pod };

/** A StatefulSet's pods by ordinal; a place without a pod is undefined. */
export interface Replicas {
  readonly start: number;
  readonly wanted: readonly (Pod | undefined)[];
  /** Beyond the wanted ordinals, highest first. */
  readonly condemned: readonly Pod[];
}

export function replicasOf({ set, pods }: Pick<StatefulInput, 'set' | 'pods'>): Replicas {
  const start = set.spec.ordinals?.start ?? 0;
  const count = set.spec.replicas ?? 1;
  const wanted: (Pod | undefined)[] = Array(count).fill(undefined);
  const condemned: { ordinal: number; pod: Pod }[] = [];
  for (const pod of pods) {
    const ordinal = ordinalOf(set, pod.metadata.name);
    if (ordinal < 0) continue;
    if (ordinal >= start && ordinal < start + count) wanted[ordinal - start] = pod;
    else condemned.push({ ordinal, pod });
  }
  condemned.sort((a, b) => b.ordinal - a.ordinal);
  return { start, wanted, condemned: condemned.map(({ pod }) => pod) };
}

/**
 * What to do now. OrderedReady takes one step at a time: the next pod comes when those below are available, the next
 * one goes when those above are gone. Parallel comes and goes at once; an update keeps its limits under both.
 */
export function planStatefulSet(input: StatefulInput): StatefulAction[] {
  const { set, now } = input;
  if (set.metadata.deletionTimestamp !== undefined) return [];
  const { start, wanted, condemned } = replicasOf(input);
  const ordered = set.spec.podManagementPolicy !== 'Parallel';
  const healthy = (pod: Pod) =>
    pod.metadata.deletionTimestamp === undefined && isRunning(pod) && isAvailable(set, pod, now);
  const actions: StatefulAction[] = [];

  for (const [i, pod] of wanted.entries()) {
    const ordinal = start + i;
    if (!pod) actions.push({ kind: 'create', ordinal, revision: revisionFor(input, i) });
    else if (isPodTerminal(pod)) {
      if (pod.metadata.deletionTimestamp === undefined) actions.push({ kind: 'recreate', ordinal, pod });
    } else {
      if (pod.metadata.deletionTimestamp === undefined && needsRepair(set, ordinal, pod))
        actions.push({ kind: 'repair', ordinal, pod });
      if (healthy(pod)) continue;
    }
    if (ordered) return actions;
  }

  const unhealthy = [...condemned].reverse().find((pod) => !healthy(pod)) ?? undefined;
  for (const pod of condemned) {
    if (pod.metadata.deletionTimestamp !== undefined) {
      if (ordered) return actions;
      continue;
    }
    if (ordered && !healthy(pod) && pod !== unhealthy) return actions;
    actions.push({ kind: 'scaleDown', ordinal: ordinalOf(set, pod.metadata.name), pod });
    if (ordered) return actions;
  }

  const running = wanted.map((pod) => (pod && isPodTerminal(pod) ? undefined : pod));
  return [...actions, ...planUpdate(input, running, healthy)];
}

/** Below the partition places are filled with the current revision, others with the new one. */
function revisionFor({ set, currentRevision, updateRevision }: StatefulInput, index: number): string {
  const { type = 'RollingUpdate', rollingUpdate } = set.spec.updateStrategy ?? {};
  return type === 'RollingUpdate' && index < (rollingUpdate?.partition ?? 0) ? currentRevision : updateRevision;
}

function needsRepair(set: StatefulSet, ordinal: number, pod: Pod): boolean {
  return !hasIdentity(set, ordinal, pod) || pod.status?.phase === undefined || pod.status.phase === 'Pending';
}

function isRunning(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && isPodReady(pod);
}

function isAvailable(set: StatefulSet, pod: Pod, now: number): boolean {
  return isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now);
}
