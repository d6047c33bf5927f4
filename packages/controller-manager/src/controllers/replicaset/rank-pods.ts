import type { Pod } from '@coxswain/api';
import { isPodActive, isPodReady, podCondition } from '../../shared/pods.ts';

const PHASE_ORDER: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/**
 * The `count` pods to delete first, in upstream's order: unassigned, pending, not ready, lower deletion cost, more
 * related pods on the same node, ready for a shorter time, more restarts, younger. Ages are compared by powers of two
 * (upstream's LogarithmicScaleDown) and then by uid, so that not always the youngest goes.
 * @param related pods of all ReplicaSets with the same controller, for the crowding rule
 */
export function podsToDelete(pods: readonly Pod[], related: readonly Pod[], count: number, now: number): Pod[] {
  if (count >= pods.length) return [...pods];
  const crowd = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec.nodeName;
    if (node && isPodActive(pod)) crowd.set(node, (crowd.get(node) ?? 0) + 1);
  }
  return [...pods].sort((a, b) => compare(a, b, crowd, now)).slice(0, count);
}

function compare(a: Pod, b: Pod, crowd: ReadonlyMap<string, number>, now: number): number {
  const rules: [number, number][] = [
    [a.spec.nodeName ? 1 : 0, b.spec.nodeName ? 1 : 0],
    [PHASE_ORDER[a.status?.phase ?? 'Pending'] ?? 0, PHASE_ORDER[b.status?.phase ?? 'Pending'] ?? 0],
    [isPodReady(a) ? 1 : 0, isPodReady(b) ? 1 : 0],
    [deletionCost(a), deletionCost(b)],
    [-(crowd.get(a.spec.nodeName ?? '') ?? 0), -(crowd.get(b.spec.nodeName ?? '') ?? 0)],
    [ageRank(readySince(a), now), ageRank(readySince(b), now)],
    [-restarts(a), -restarts(b)],
    [ageRank(a.metadata.creationTimestamp, now), ageRank(b.metadata.creationTimestamp, now)],
  ];
  for (const [left, right] of rules) if (left !== right) return left - right;
  return (a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1;
}

function deletionCost(pod: Pod): number {
  const value = Number.parseInt(pod.metadata.annotations?.[DELETION_COST] ?? '0', 10);
  return Number.isNaN(value) ? 0 : value;
}

function readySince(pod: Pod): string | undefined {
  return isPodReady(pod) ? podCondition(pod, 'Ready')?.lastTransitionTime : undefined;
}

/** 0 for an unknown time, otherwise larger the older: the logarithm of its age in seconds. */
function ageRank(time: string | undefined, now: number): number {
  if (time === undefined) return 0;
  return Math.floor(Math.log2(Math.max(1, (now - Date.parse(time)) / 1000))) + 1;
}

function restarts(pod: Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
}
