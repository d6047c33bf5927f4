import { deepEqual, type Pod } from '@coxswain/api';

/** `sync`: the pod's worker has something to look at; `status`: only what the kubelet itself (or no one here) cares for. */
export type UpdateKind = 'sync' | 'status';

export function classifyUpdate(next: Pod, old: Pod): UpdateKind {
  const [a, b] = [next.metadata, old.metadata];
  const same =
    a.deletionTimestamp === b.deletionTimestamp &&
    a.deletionGracePeriodSeconds === b.deletionGracePeriodSeconds &&
    a.generation === b.generation &&
    deepEqual(a.labels, b.labels) &&
    deepEqual(a.annotations, b.annotations) &&
    deepEqual(next.spec, old.spec) &&
    deepEqual(gates(next), gates(old));
  return same ? 'status' : 'sync';
}

/** The conditions that decide readiness gates. */
function gates(pod: Pod) {
  const types = new Set((pod.spec.readinessGates ?? []).map(({ conditionType }) => conditionType));
  return (pod.status?.conditions ?? []).filter(({ type }) => types.has(type)).map(({ type, status }) => [type, status]);
}
