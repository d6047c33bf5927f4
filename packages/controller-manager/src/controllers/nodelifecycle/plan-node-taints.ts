import type { Node, Taint } from '@coxswain/api';
import { sameStatus } from '../../shared/compact.ts';
import { timestamp } from '../../shared/times.ts';
import { CONDITION_TAINTS, NOT_READY, OWNED_NO_SCHEDULE, UNREACHABLE, UNSCHEDULABLE } from './node-taints.ts';

/** What to do about NoExecute: set as Ready says, leave as it is (rate limit), or take it away (all nodes are down). */
export type NoExecuteMode = 'follow' | 'hold' | 'clear';

/** The taints a node should have, or undefined when it has them. Other people's taints stay. */
export function planNodeTaints(node: Node, mode: NoExecuteMode, now: number): Taint[] | undefined {
  const present = node.spec.taints ?? [];
  const ready = readyStatus(node);
  // A node that never said whether it is ready keeps what it was registered with.
  const silent = ready === undefined;
  const noSchedule = new Set(node.spec.unschedulable ? [UNSCHEDULABLE] : []);
  for (const { type, status } of node.status?.conditions ?? []) {
    const key = CONDITION_TAINTS[type]?.[status];
    if (key !== undefined) noSchedule.add(key);
  }
  const wanted = present.filter(({ key, effect }) => {
    if (effect === 'NoSchedule')
      return !OWNED_NO_SCHEDULE.has(key) || noSchedule.delete(key) || (silent && key === NOT_READY);
    if (effect === 'NoExecute' && (key === NOT_READY || key === UNREACHABLE))
      return silent || mode === 'hold' ? ready !== 'True' : mode === 'follow' && noExecuteKey(ready) === key;
    return true;
  });
  for (const key of [...noSchedule].sort()) wanted.push({ key, effect: 'NoSchedule', timeAdded: timestamp(now) });
  const execute = noExecuteKey(ready);
  if (mode === 'follow' && execute && !wanted.some(({ key, effect }) => key === execute && effect === 'NoExecute'))
    wanted.push({ key: execute, effect: 'NoExecute', timeAdded: timestamp(now) });
  return sameStatus(wanted, present) ? undefined : wanted;
}

/** Whether the node lacks the NoExecute taint that its Ready condition calls for. */
export function needsNoExecute(node: Node): boolean {
  const key = noExecuteKey(readyStatus(node));
  return key !== undefined && !node.spec.taints?.some((taint) => taint.key === key && taint.effect === 'NoExecute');
}

/** The status of the Ready condition; undefined when there is none. */
export function readyStatus(node: Node): string | undefined {
  return node.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
}

function noExecuteKey(ready: string | undefined): string | undefined {
  return ready === undefined ? undefined : CONDITION_TAINTS['Ready']?.[ready];
}
