import type { Pod } from '@coxswain/api';
import { timestamp } from './times.ts';

/** The pod with the condition that says who is about to end it and why; its phase too when `phase` is given. */
export function withDisruptionTarget(
  pod: Pod,
  { reason, message }: { readonly reason: string; readonly message: string },
  now: number,
  phase = pod.status?.phase,
): Pod {
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'DisruptionTarget');
  const condition = { type: 'DisruptionTarget', status: 'True', reason, message, lastTransitionTime: timestamp(now) };
  return { ...pod, status: { ...pod.status, phase, conditions: [...others, condition] } };
}
