import { matchesTerm } from '../../cache/affinity-term.ts';
import type { DomainCounts } from '../../cache/domain-counts.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodIndex } from '../../cache/pod-index.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { MAX_NODE_SCORE } from '../../framework/plugin.ts';
import { type Namespaces, termQuery } from './terms.ts';

/** Each pod in a node's domain adds the weight, or takes it away. */
export interface WeightedCounts {
  readonly topologyKey: string;
  readonly counts: DomainCounts;
  readonly weight: number;
}

export interface AffinityScoring {
  /** Weight of a placed pod's required affinity to the pod being scheduled; 0…100. */
  readonly hardPodAffinityWeight: number;
  readonly ignorePreferredTermsOfExistingPods: boolean;
}

/** What the pod prefers, and what placed pods prefer of it; that placed pods require it counts as a preference too. */
export function weightedCounts(
  pod: PodInfo,
  index: PodIndex,
  namespaces: Namespaces,
  { hardPodAffinityWeight, ignorePreferredTermsOfExistingPods }: AffinityScoring,
): WeightedCounts[] {
  const { preferred } = pod.affinity;
  const found: WeightedCounts[] = [];
  const add = (topologyKey: string, counts: DomainCounts, weight: number) => {
    if (weight !== 0 && counts.total > 0) found.push({ topologyKey, counts, weight });
  };
  for (const { term, weight } of preferred) add(term.topologyKey, index.count(termQuery(term, namespaces)), weight);
  if (ignorePreferredTermsOfExistingPods && preferred.length === 0) return found;
  const matches = (term: Parameters<typeof matchesTerm>[0]) => matchesTerm(term, pod, namespaces.labels);
  if (hardPodAffinityWeight > 0)
    for (const { term, counts } of index.terms.required.about(pod.namespace))
      if (matches(term)) add(term.topologyKey, counts, hardPodAffinityWeight);
  for (const { term, counts, weight } of index.terms.preferred.about(pod.namespace))
    if (matches(term)) add(term.topologyKey, counts, weight);
  return found;
}

export function affinityScore(counts: readonly WeightedCounts[], { labels }: NodeInfo): number {
  let score = 0;
  for (const { topologyKey, counts: pods, weight } of counts) {
    const value = labels[topologyKey];
    if (value !== undefined) score += weight * pods.get(value);
  }
  return score;
}

/** Spreads the scores, which may be negative, over 0…100. */
export function spreadOut(scores: Float64Array): void {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const score of scores) {
    if (score < lowest) lowest = score;
    if (score > highest) highest = score;
  }
  const width = highest - lowest;
  for (let i = 0; i < scores.length; i++)
    scores[i] = width > 0 ? Math.floor((MAX_NODE_SCORE * ((scores[i] as number) - lowest)) / width) : 0;
}
