import { deepEqual, type Pod, type PodCondition, type PodStatus } from '@coxswain/api';
import { uidOf } from '../container/pod-containers.ts';
import { isOwnCondition } from './generate-pod-status.ts';

/** Fields of a pod's status that the kubelet writes; it removes them when its own status lacks them. */
const OWN_FIELDS = [
  'observedGeneration',
  'phase',
  'message',
  'reason',
  'hostIP',
  'hostIPs',
  'podIP',
  'podIPs',
  'startTime',
  'qosClass',
  'containerStatuses',
  'initContainerStatuses',
  'ephemeralContainerStatuses',
] as const satisfies readonly (keyof PodStatus)[];

/** Conditions of ours that go when they no longer hold. */
const PASSING = ['PodResizePending', 'PodResizeInProgress'] as const;

/** Lists that a strategic merge patch merges by `ip`, so that what goes must be said. */
const ADDRESS_LISTS = new Set<string>(['hostIPs', 'podIPs']);

/**
 * The strategic merge patch that makes the API's pod have the kubelet's status; undefined when it has. Conditions of
 * other owners and fields of others stay.
 */
export function statusPatch(pod: Pod, own: PodStatus): Record<string, unknown> | undefined {
  const old = pod.status ?? {};
  const status: Record<string, unknown> = {};
  for (const field of OWN_FIELDS) {
    if (deepEqual(old[field], own[field])) continue;
    status[field] = ADDRESS_LISTS.has(field)
      ? addressPatch(old[field] as { ip: string }[] | undefined, own[field] as { ip: string }[] | undefined)
      : (own[field] ?? null);
  }
  const conditions = (own.conditions ?? []).filter(
    (condition) =>
      (isOwnCondition(condition.type) || condition.type === 'DisruptionTarget' || isPassing(condition.type)) &&
      !deepEqual(condition, oldCondition(old, condition)),
  );
  const changes: Record<string, unknown>[] = conditions.map((condition) => clearing(old, condition));
  const has = (list: readonly PodCondition[] | undefined, type: string) => list?.some((each) => each.type === type);
  for (const type of PASSING)
    if (has(old.conditions, type) && !has(own.conditions, type)) changes.push({ $patch: 'delete', type });
  if (changes.length > 0) status['conditions'] = changes;
  if (Object.keys(status).length === 0) return undefined;
  return { metadata: { uid: uidOf(pod) }, status };
}

function isPassing(type: string): boolean {
  return (PASSING as readonly string[]).includes(type);
}

function oldCondition(old: PodStatus, { type }: PodCondition): PodCondition | undefined {
  const found = old.conditions?.find((condition) => condition.type === type);
  if (!found) return undefined;
  const { lastProbeTime: _, ...kept } = found;
  return kept;
}

/** A merge keeps what it isn't told to remove. */
function clearing(old: PodStatus, condition: PodCondition): Record<string, unknown> {
  const before = old.conditions?.find(({ type }) => type === condition.type);
  return {
    ...condition,
    ...(before?.reason && !condition.reason ? { reason: null } : {}),
    ...(before?.message && !condition.message ? { message: null } : {}),
  };
}

function addressPatch(old: readonly { ip: string }[] = [], own: readonly { ip: string }[] = []): unknown {
  if (own.length === 0) return null;
  const gone = old.filter(({ ip }) => !own.some((each) => each.ip === ip));
  return [...own, ...gone.map(({ ip }) => ({ $patch: 'delete', ip }))];
}
