import type { Node, Pod } from '@coxswain/api';
import { NodeInfo } from '../../cache/node-info.ts';
import { type PodInfo, podInfoOf } from '../../cache/pod-info.ts';
import type { ClusterEvent, QueueingHint } from '../../framework/cluster-event.ts';
import type { Plugin, PluginHandle } from '../../framework/plugin.ts';
import { fit, type Ignored } from './insufficient.ts';
import { resourceScorer, type ScoringStrategy } from './scoring-strategy.ts';

export interface NodeResourcesFitArgs {
  /** Extended resources that others look after. */
  readonly ignoredResources?: readonly string[];
  /** The same by what comes before the slash. */
  readonly ignoredResourceGroups?: readonly string[];
  readonly scoringStrategy?: ScoringStrategy;
}

/** A node must have room for what a pod requests; scores by LeastAllocated over CPU and memory unless told otherwise. */
export function nodeResourcesFit(_?: PluginHandle, args: NodeResourcesFitArgs = {}): Plugin {
  const names = new Set(args.ignoredResources);
  const groups = new Set(args.ignoredResourceGroups);
  const ignored: Ignored | undefined =
    names.size + groups.size === 0 ? undefined : (name) => names.has(name) || groups.has(name.split('/')[0] as string);
  const score = resourceScorer(args.scoringStrategy);

  /** Whether the node would have room if it were empty. */
  function hint(pod: PodInfo, { new: node }: ClusterEvent): QueueingHint {
    if (!node) return 'Queue';
    const empty = new NodeInfo(node.metadata.name);
    empty.setNode(node as Node);
    return fit(pod, empty, ignored).code === 'Success' ? 'Queue' : 'Skip';
  }

  return {
    name: 'NodeResourcesFit',
    events: [
      { event: 'AssignedPodDelete' },
      { event: 'AssignedPodUpdate', hint: shrinks },
      { event: 'NodeAdd', hint },
      { event: 'NodeUpdateAllocatable', hint },
    ],
    filter: (_, pod, node) => fit(pod, node, ignored),
    score: (_, pod, node) => score(pod, node),
  };
}

/** A running pod makes room only when it asks for less than before (in-place resize). */
function shrinks(_: PodInfo, { old, new: next }: ClusterEvent): QueueingHint {
  if (!old || !next) return 'Queue';
  const before = podInfoOf(old as Pod).requests;
  const after = podInfoOf(next as Pod).requests;
  const names = ['cpu', 'memory', 'ephemeral-storage', ...(before.scalars?.keys() ?? [])];
  return names.some((name) => after.get(name) < before.get(name)) ? 'Queue' : 'Skip';
}
