import type { Condition, Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from '@coxswain/api';
import { scaledValue } from '../../shared/int-or-percent.ts';
import { isPodReady } from '../../shared/pods.ts';
import { timestamp } from '../../shared/times.ts';

/** An eviction that was allowed and whose pod still lives after this long is taken back. */
const DELETION_TIMEOUT_MS = 2 * 60_000;

export interface BudgetInput {
  readonly budget: PodDisruptionBudget;
  /** The pods that it selects. */
  readonly pods: readonly Pod[];
  /** Pods that their controllers want; only for maxUnavailable and percentages. */
  readonly scale: number;
  readonly now: number;
}

export interface BudgetPlan {
  readonly status: PodDisruptionBudgetStatus;
  /** Pods whose allowed eviction never came. */
  readonly notDeleted: readonly Pod[];
  /** Milliseconds until such an eviction times out. */
  readonly recheckInMs?: number;
}

/** Whether the expected number comes from the pods' controllers rather than from the pods. */
export function needsScale({ spec }: PodDisruptionBudget): boolean {
  return spec.maxUnavailable !== undefined || typeof spec.minAvailable === 'string';
}

/** How many of a budget's pods may be disrupted now. */
export function planBudget({ budget, pods, scale, now }: BudgetInput): BudgetPlan {
  const { spec } = budget;
  const disrupted: Record<string, string> = {};
  const notDeleted: Pod[] = [];
  let recheck = Number.POSITIVE_INFINITY;
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata;
    const since = budget.status?.disruptedPods?.[name];
    if (since === undefined || deletionTimestamp !== undefined) continue;
    const until = Date.parse(since) + DELETION_TIMEOUT_MS;
    if (until > now) {
      disrupted[name] = since;
      recheck = Math.min(recheck, until - now);
    } else notDeleted.push(pod);
  }
  const healthy = pods.filter(
    (pod) => pod.metadata.deletionTimestamp === undefined && !(pod.metadata.name in disrupted) && isPodReady(pod),
  ).length;
  const expected = needsScale(budget) ? scale : pods.length;
  const desired =
    spec.maxUnavailable !== undefined
      ? Math.max(0, expected - scaledValue(spec.maxUnavailable, expected, 'up'))
      : scaledValue(spec.minAvailable ?? 1, expected, 'up');
  const allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
  const status: PodDisruptionBudgetStatus = {
    observedGeneration: budget.metadata.generation ?? 0,
    ...(Object.keys(disrupted).length > 0 ? { disruptedPods: disrupted } : {}),
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
    conditions: withCondition(budget, allowed > 0, allowed > 0 ? 'SufficientPods' : 'InsufficientPods', '', now),
  };
  return { status, notDeleted, ...(Number.isFinite(recheck) ? { recheckInMs: recheck } : {}) };
}

/** Nothing may be disrupted while the number of pods can't be told. */
export function failedBudget(budget: PodDisruptionBudget, message: string, now: number): PodDisruptionBudgetStatus {
  return {
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
    ...budget.status,
    observedGeneration: budget.metadata.generation ?? 0,
    disruptionsAllowed: 0,
    conditions: withCondition(budget, false, 'SyncFailed', message, now),
  };
}

function withCondition(
  { status, metadata }: PodDisruptionBudget,
  allowed: boolean,
  reason: string,
  message: string,
  now: number,
): Condition[] {
  const type = 'DisruptionAllowed';
  const others = (status?.conditions ?? []).filter((condition) => condition.type !== type);
  const old = status?.conditions?.find((condition) => condition.type === type);
  const value = allowed ? 'True' : 'False';
  const lastTransitionTime = old?.status === value ? old.lastTransitionTime : timestamp(now);
  const observedGeneration = metadata.generation ?? 0;
  return [...others, { type, status: value, reason, message, observedGeneration, lastTransitionTime }];
}
