import {
  matchesNodeAffinity,
  matchesNodeSelectorTerm,
  type NodeAffinity,
  type NodeLike,
  type PodSpec,
  type PreferredSchedulingTerm,
} from '@coxswain/api';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { ClusterEvent, QueueingHint } from '../../framework/cluster-event.ts';
import type { Plugin, PluginHandle } from '../../framework/plugin.ts';
import { skip, success, unresolvable } from '../../framework/status.ts';
import { normalize } from '../normalize.ts';

const MISMATCH = unresolvable("node(s) didn't match Pod's node affinity/selector");
const MISMATCH_ENFORCED = unresolvable("node(s) didn't match scheduler-enforced node affinity");
const CONFLICT = unresolvable('pod affinity terms conflict');

export interface NodeAffinityArgs {
  /** Holds for all pods of the profile, besides their own. */
  readonly addedAffinity?: NodeAffinity;
}

/** spec.nodeSelector and node affinity, required and preferred. */
export function nodeAffinity(_?: PluginHandle, { addedAffinity }: NodeAffinityArgs = {}): Plugin {
  const added = addedAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const addedPreferred = addedAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const enforced = (node: NodeLike) => !added || added.some((term) => matchesNodeSelectorTerm(term, node));
  const preferred = ({ pod }: PodInfo): readonly PreferredSchedulingTerm[] => {
    const own = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    return addedPreferred.length === 0 ? own : [...addedPreferred, ...own];
  };

  function hint({ pod }: PodInfo, { new: node }: ClusterEvent): QueueingHint {
    const { name = '', labels = {} } = node?.metadata ?? {};
    const there = { name, labels };
    return enforced(there) && matchesNodeAffinity(pod.spec, there) ? 'Queue' : 'Skip';
  }

  return {
    name: 'NodeAffinity',
    events: [
      { event: 'NodeAdd', hint },
      { event: 'NodeUpdateLabel', hint },
    ],
    preFilter(_, { pod }) {
      const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
      if (!added && !required && Object.keys(pod.spec.nodeSelector ?? {}).length === 0) return skip;
      const nodeNames = namedNodes(pod.spec);
      if (!nodeNames) return success;
      return nodeNames.size === 0 ? CONFLICT : { code: 'Success', nodeNames };
    },
    filter(_, { pod }, node) {
      if (!enforced(node)) return MISMATCH_ENFORCED;
      return matchesNodeAffinity(pod.spec, node) ? success : MISMATCH;
    },
    preScore: (_, pod) => (preferred(pod).length === 0 ? skip : success),
    score(_, pod, node) {
      let score = 0;
      for (const { weight, preference } of preferred(pod))
        if (matchesNodeSelectorTerm(preference, node)) score += weight;
      return score;
    },
    normalizeScores: (_state, _pod, scores) => normalize(scores, false),
  };
}

/** The nodes that a pod asks for by metadata.name in every term, as DaemonSets' pods do; undefined when it doesn't. */
function namedNodes({ affinity }: PodSpec): Set<string> | undefined {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  let names: Set<string> | undefined;
  for (const { matchFields = [] } of terms) {
    let ofTerm: Set<string> | undefined;
    for (const { key, operator, values = [] } of matchFields) {
      if (key !== 'metadata.name' || operator !== 'In') continue;
      ofTerm = ofTerm ? ofTerm.intersection(new Set(values)) : new Set(values);
    }
    if (!ofTerm) return undefined;
    names = names ? names.union(ofTerm) : ofTerm;
  }
  return names;
}
