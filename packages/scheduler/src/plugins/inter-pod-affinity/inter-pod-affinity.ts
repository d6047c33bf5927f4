import { namespaceKind } from '@coxswain/api';
import { type StateKey, stateKey } from '../../framework/cycle-state.ts';
import type { Plugin, PluginHandle } from '../../framework/plugin.ts';
import { skip, success, unresolvable, unschedulable } from '../../framework/status.ts';
import {
  type AffinityScoring,
  affinityScore,
  spreadOut,
  type WeightedCounts,
  weightedCounts,
} from './affinity-scores.ts';
import { AffinityState } from './affinity-state.ts';
import { affinityEvents } from './hints.ts';
import type { Namespaces } from './terms.ts';

const AFFINITY = unresolvable("node(s) didn't match pod affinity rules");
const ANTI_AFFINITY = unschedulable("node(s) didn't match pod anti-affinity rules");
const EXISTING = unschedulable("node(s) didn't satisfy existing pods anti-affinity rules");

const HARD: StateKey<AffinityState> = stateKey('PreFilterInterPodAffinity');
const SOFT: StateKey<readonly WeightedCounts[]> = stateKey('PreScoreInterPodAffinity');

const DEFAULTS: AffinityScoring = { hardPodAffinityWeight: 1, ignorePreferredTermsOfExistingPods: false };

/**
 * spec.affinity.podAffinity and podAntiAffinity, required and preferred; what placed pods require and prefer holds for a
 * new pod too. With namespaceSelector, matchLabelKeys and mismatchLabelKeys (KEP-3633).
 */
export function interPodAffinity({ informers }: PluginHandle, args: Partial<AffinityScoring> = {}): Plugin {
  const lister = informers.for(namespaceKind).lister;
  const namespaces: Namespaces = {
    labels: (name) => lister.get(name)?.metadata.labels,
    names: () => lister.list().map(({ metadata }) => metadata.name),
  };
  const scoring = { ...DEFAULTS, ...args };
  return {
    name: 'InterPodAffinity',
    events: affinityEvents(namespaces),
    preFilter(state, pod, { index }) {
      const hard = AffinityState.of(pod, index, namespaces);
      if (hard.isEmpty) return skip;
      state.write(HARD, hard);
      return success;
    },
    addPod: (state, pod, other, node) => state.read(HARD).imagine(pod, other, node, 1),
    removePod: (state, pod, other, node) => state.read(HARD).imagine(pod, other, node, -1),
    filter(state, _, node) {
      const hard = state.read(HARD);
      if (!hard.satisfiesAffinity(node)) return AFFINITY;
      if (!hard.satisfiesAntiAffinity(node)) return ANTI_AFFINITY;
      return hard.satisfiesExisting(node) ? success : EXISTING;
    },
    preScore(state, pod, _, { index }) {
      const soft = weightedCounts(pod, index, namespaces, scoring);
      if (soft.length === 0) return skip;
      state.write(SOFT, soft);
      return success;
    },
    score: (state, _, node) => affinityScore(state.read(SOFT), node),
    normalizeScores: (_state, _pod, scores) => spreadOut(scores),
  };
}
