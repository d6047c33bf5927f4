import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { MAX_NODE_SCORE, type Plugin, type PluginHandle } from '../../framework/plugin.ts';
import { skip, success } from '../../framework/status.ts';
import { CPU_AND_MEMORY, type ResourceSpec, usedShare } from './scoring-strategy.ts';

export interface BalancedAllocationArgs {
  /** CPU and memory unless given. */
  readonly resources?: readonly ResourceSpec[];
}

/** Prefers nodes whose resources would be used to the same degree. */
export function nodeResourcesBalancedAllocation(_?: PluginHandle, args: BalancedAllocationArgs = {}): Plugin {
  const names = (args.resources?.length ? args.resources : CPU_AND_MEMORY).map(({ name }) => name);
  return {
    name: 'NodeResourcesBalancedAllocation',
    preScore: (_, { requests }) => (names.every((name) => requests.get(name) === 0) ? skip : success),
    score: (_, pod, node) => balanced(pod, node, names),
  };
}

/** 100 less the standard deviation of the used shares, in hundredths. */
function balanced({ requests }: PodInfo, node: NodeInfo, names: readonly string[]): number {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (const name of names) {
    const share = usedShare(requests, node, name);
    if (share === undefined) continue;
    count++;
    sum += share;
    squares += share * share;
  }
  if (count < 2) return MAX_NODE_SCORE;
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
  // What rounding leaves of no deviation at all must not cost a point.
  return Math.floor((1 - deviation) * MAX_NODE_SCORE + 1e-6);
}
