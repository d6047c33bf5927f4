import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { MAX_NODE_SCORE, type Plugin } from '../../framework/plugin.ts';
import { skip, success } from '../../framework/status.ts';

/** Prefers nodes whose CPU and memory would be used to the same degree. */
export function nodeResourcesBalancedAllocation(): Plugin {
  return {
    name: 'NodeResourcesBalancedAllocation',
    preScore: (_, { requests }) => (requests.milliCpu === 0 && requests.memory === 0 ? skip : success),
    score: (_, pod, node) => balanced(pod, node),
  };
}

/** 100 less the standard deviation of the used shares, in hundredths. */
export function balanced({ requests }: PodInfo, { allocatable, requested }: NodeInfo): number {
  if (allocatable.milliCpu === 0 || allocatable.memory === 0) return MAX_NODE_SCORE;
  const cpu = Math.min(1, (requested.milliCpu + requests.milliCpu) / allocatable.milliCpu);
  const memory = Math.min(1, (requested.memory + requests.memory) / allocatable.memory);
  return Math.floor((1 - Math.abs(cpu - memory) / 2) * MAX_NODE_SCORE);
}
