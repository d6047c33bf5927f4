import type { DeploymentCondition } from '@coxswain/api';
import { timestamp } from '../../shared/times.ts';

export type Conditions = readonly DeploymentCondition[];

export function findCondition(conditions: Conditions, type: string): DeploymentCondition | undefined {
  return conditions.find((condition) => condition.type === type);
}

export function withoutCondition(conditions: Conditions, type: string): Conditions {
  return conditions.filter((condition) => condition.type !== type);
}

/** Sets a condition; one of the same status and reason stays as it is, one of the same status keeps its transition. */
export function withCondition(
  conditions: Conditions,
  next: { readonly type: string; readonly status: string; readonly reason: string; readonly message: string },
  now: number,
): Conditions {
  const current = findCondition(conditions, next.type);
  if (current?.status === next.status && current.reason === next.reason) return conditions;
  const at = timestamp(now);
  const lastTransitionTime = current?.status === next.status ? current.lastTransitionTime : at;
  return [...withoutCondition(conditions, next.type), { ...next, lastUpdateTime: at, lastTransitionTime }];
}
