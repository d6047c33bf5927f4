import type { Node, Toleration } from '@coxswain/api';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { ClusterEvent, QueueingHint } from '../../framework/cluster-event.ts';
import { type StateKey, stateKey } from '../../framework/cycle-state.ts';
import type { Plugin } from '../../framework/plugin.ts';
import { skip, success, unresolvable } from '../../framework/status.ts';
import { normalize } from '../normalize.ts';
import { tolerates } from './tolerates.ts';

const UNTOLERATED = unresolvable('node(s) had untolerated taint(s)');
const SOFT: StateKey<readonly Toleration[]> = stateKey('PreScoreTaintToleration');

/** Keeps pods from nodes whose taints they don't tolerate, and prefers nodes with fewer PreferNoSchedule taints. */
export function taintToleration(): Plugin {
  return {
    name: 'TaintToleration',
    events: [
      { event: 'NodeAdd', hint },
      { event: 'NodeUpdateTaint', hint },
    ],
    filter(_, { pod }, { hardTaints }) {
      for (const taint of hardTaints) if (!tolerates(pod.spec.tolerations, taint)) return UNTOLERATED;
      return success;
    },
    preScore(state, { pod }, nodes) {
      if (nodes.every(({ softTaints }) => softTaints.length === 0)) return skip;
      const soft = (pod.spec.tolerations ?? []).filter(({ effect }) => !effect || effect === 'PreferNoSchedule');
      state.write(SOFT, soft);
      return success;
    },
    score(state, _, { softTaints }) {
      if (softTaints.length === 0) return 0;
      const tolerations = state.read(SOFT);
      return softTaints.reduce((count, taint) => count + (tolerates(tolerations, taint) ? 0 : 1), 0);
    },
    normalizeScores: (_state, _pod, scores) => normalize(scores, true),
  };
}

function hint({ pod }: PodInfo, { new: node }: ClusterEvent): QueueingHint {
  const taints = (node as Node | undefined)?.spec?.taints ?? [];
  const hard = taints.filter(({ effect }) => effect !== 'PreferNoSchedule');
  return hard.every((taint) => tolerates(pod.spec.tolerations, taint)) ? 'Queue' : 'Skip';
}
