import type { Node } from '@coxswain/api';
import { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { ClusterEvent, QueueingHint } from '../../framework/cluster-event.ts';
import { MAX_NODE_SCORE, type Plugin } from '../../framework/plugin.ts';
import { fit } from './insufficient.ts';

/** A node must have room for what a pod requests; scores by LeastAllocated over CPU and memory. */
export function nodeResourcesFit(): Plugin {
  return {
    name: 'NodeResourcesFit',
    events: [
      { event: 'AssignedPodDelete' },
      { event: 'AssignedPodUpdate' },
      { event: 'NodeAdd', hint },
      { event: 'NodeUpdateAllocatable', hint },
    ],
    filter: (_, pod, node) => fit(pod, node),
    score: (_, pod, node) => leastAllocated(pod, node),
  };
}

/** The mean share of CPU and memory that would be left, in hundredths. */
export function leastAllocated({ nonZero }: PodInfo, { allocatable, nonZeroRequested }: NodeInfo): number {
  let sum = 0;
  let kinds = 0;
  if (allocatable.milliCpu > 0) {
    sum += share(nonZeroRequested.milliCpu + nonZero.milliCpu, allocatable.milliCpu);
    kinds++;
  }
  if (allocatable.memory > 0) {
    sum += share(nonZeroRequested.memory + nonZero.memory, allocatable.memory);
    kinds++;
  }
  return kinds === 0 ? 0 : Math.floor(sum / kinds);
}

function share(requested: number, capacity: number): number {
  return requested > capacity ? 0 : Math.floor(((capacity - requested) * MAX_NODE_SCORE) / capacity);
}

/** Whether the node would have room if it were empty. */
function hint(pod: PodInfo, { new: node }: ClusterEvent): QueueingHint {
  if (!node) return 'Queue';
  const empty = new NodeInfo(node.metadata.name);
  empty.setNode(node as Node);
  return fit(pod, empty).code === 'Success' ? 'Queue' : 'Skip';
}
