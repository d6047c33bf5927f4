import { labelSelectorAsSelector, type PodDisruptionBudget } from '@coxswain/api';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { CycleState } from '../../framework/cycle-state.ts';
import type { NodeRejection } from '../../framework/diagnosis.ts';
import type { FilterCycle } from '../../framework/filter-cycle.ts';
import { unresolvable } from '../../framework/status.ts';

/** Pods that would have to leave a node, the most important first. */
export interface Candidate {
  readonly nodeName: string;
  readonly victims: readonly PodInfo[];
  /** How many of them their PodDisruptionBudgets would rather keep. */
  readonly violations: number;
}

const NO_VICTIMS = unresolvable('No preemption victims found for incoming pod');

/**
 * The fewest, least important pods of lower priority that have to leave a node so that the pod fits, or why that wouldn't
 * help. All of them are taken away first; then one after another is let back if the pod still fits, those that a budget
 * protects before the others.
 */
export function selectVictims(
  cycle: FilterCycle,
  before: CycleState,
  pod: PodInfo,
  there: NodeInfo,
  budgets: readonly PodDisruptionBudget[],
): Candidate | NodeRejection {
  const lower = there.pods.filter(({ priority }) => priority < pod.priority).sort(byImportance);
  if (lower.length === 0) return { nodeName: there.name, plugin: 'DefaultPreemption', status: NO_VICTIMS };
  const node = there.clone();
  const state = before.clone();
  for (const other of lower) cycle.removePod(state, other, node);
  const rejection = cycle.reject(state, node);
  if (rejection) return rejection;
  const { protectedPods, others } = splitByBudget(lower, budgets);
  const leaves = (other: PodInfo): boolean => {
    cycle.addPod(state, other, node);
    if (!cycle.reject(state, node)) return false;
    cycle.removePod(state, other, node);
    return true;
  };
  const violating = protectedPods.filter(leaves);
  const victims = [...violating, ...others.filter(leaves)].sort(byImportance);
  return { nodeName: node.name, victims, violations: violating.length };
}

/** Higher priority first; among equals, who runs longer. */
export function byImportance(a: PodInfo, b: PodInfo): number {
  return b.priority - a.priority || startOf(a) - startOf(b);
}

/** Milliseconds; a pod that hasn't started is the youngest. */
export function startOf({ pod }: PodInfo): number {
  const text = pod.status?.startTime;
  return text ? Date.parse(text) : Number.MAX_SAFE_INTEGER;
}

/** @param pods the most important first: they use up a budget first */
function splitByBudget(pods: readonly PodInfo[], budgets: readonly PodDisruptionBudget[]) {
  const left = budgets.map((budget) => ({
    namespace: budget.metadata.namespace ?? '',
    selector: labelSelectorAsSelector(budget.spec.selector),
    disrupted: budget.status?.disruptedPods ?? {},
    allowed: budget.status?.disruptionsAllowed ?? 0,
  }));
  const protectedPods: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const info of pods) {
    let violates = false;
    for (const budget of left) {
      if (budget.namespace !== info.namespace || budget.selector.isEmpty()) continue;
      if (!budget.selector.matches(info.labels) || Object.hasOwn(budget.disrupted, info.pod.metadata.name)) continue;
      if (--budget.allowed < 0) violates = true;
    }
    (violates ? protectedPods : others).push(info);
  }
  return { protectedPods, others };
}
