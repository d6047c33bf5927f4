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

/** A condition of ours that goes when it no longer holds. */
const RESIZE = 'PodResizePending';

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
      (isOwnCondition(condition.type) || condition.type === 'DisruptionTarget' || condition.type === RESIZE) &&
      !deepEqual(condition, oldCondition(old, condition)),
  );
  const changes: Record<string, unknown>[] = conditions.map((condition) => clearing(old, condition));
  const has = (list: readonly PodCondition[] | undefined) => list?.some(({ type }) => type === RESIZE) ?? false;
  if (has(old.conditions) && !has(own.conditions)) changes.push({ $patch: 'delete', type: RESIZE });
  if (changes.length > 0) status['conditions'] = changes;
  if (Object.keys(status).length === 0) return undefined;
  return { metadata: { uid: uidOf(pod) }, status };
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
