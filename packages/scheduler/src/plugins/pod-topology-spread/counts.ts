import type { Selector } from '@coxswain/api';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { matchesRequired } from '../node-affinity/match-node-selector.ts';
import { tolerates } from '../taint-toleration/tolerates.ts';
import type { Constraint } from './constraint.ts';

/** Pods on a node that the selector matches, of one namespace; those on their way out don't count. */
export function countMatching(node: NodeInfo, namespace: string, selector: Selector): number {
  let count = 0;
  for (const other of node.pods) {
    if (other.namespace !== namespace || other.pod.metadata.deletionTimestamp) continue;
    if (selector.matches(other.labels)) count++;
  }
  return count;
}

/** Whether a node counts for a constraint (nodeAffinityPolicy, nodeTaintsPolicy). */
export function counts(constraint: Constraint, { pod }: PodInfo, node: NodeInfo): boolean {
  if (constraint.honorAffinity && !matchesRequired(pod.spec, node)) return false;
  return !constraint.honorTaints || node.hardTaints.every((taint) => tolerates(pod.spec.tolerations, taint));
}

export function hasKeys(constraints: readonly Constraint[], node: NodeInfo): boolean {
  return constraints.every(({ topologyKey }) => node.labels[topologyKey] !== undefined);
}
