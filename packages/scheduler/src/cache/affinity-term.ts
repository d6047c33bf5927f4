import {
  labelSelectorAsSelector,
  newRequirement,
  type Pod,
  type PodAffinityTerm,
  type Selector,
  type WeightedPodAffinityTerm,
} from '@coxswain/api';

export type NamespaceLabels = (namespace: string) => Readonly<Record<string, string>> | undefined;

/** One term of pod (anti-)affinity, made ready for matching. */
export interface AffinityTerm {
  /** Two terms with the same key match the same. */
  readonly key: string;
  readonly topologyKey: string;
  readonly selector: Selector;
  readonly namespaces: ReadonlySet<string>;
  /** Further namespaces, by their labels. */
  readonly namespaceSelector: Selector | undefined;
}

export interface WeightedTerm {
  readonly term: AffinityTerm;
  /** Negative for anti-affinity. */
  readonly weight: number;
}

export interface AffinityTerms {
  readonly required: readonly AffinityTerm[];
  readonly requiredAnti: readonly AffinityTerm[];
  readonly preferred: readonly WeightedTerm[];
}

const NONE: AffinityTerms = { required: [], requiredAnti: [], preferred: [] };

export function affinityTerms({ spec, metadata }: Pod): AffinityTerms {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  if (!podAffinity && !podAntiAffinity) return NONE;
  const { namespace = '', labels = {} } = metadata;
  const term = (each: PodAffinityTerm) => affinityTerm(each, namespace, labels);
  const weighted = (sign: number) => (each: WeightedPodAffinityTerm) => ({
    term: term(each.podAffinityTerm),
    weight: sign * each.weight,
  });
  return {
    required: (podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(term),
    requiredAnti: (podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(term),
    preferred: [
      ...(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(weighted(1)),
      ...(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(weighted(-1)),
    ],
  };
}

/** Without namespaces and namespaceSelector a term means the pod's own namespace; an empty namespaceSelector means all. */
function affinityTerm(term: PodAffinityTerm, namespace: string, labels: Record<string, string>): AffinityTerm {
  let selector = labelSelectorAsSelector(term.labelSelector);
  for (const [keys, operator] of [
    [term.matchLabelKeys, 'in'],
    [term.mismatchLabelKeys, 'notin'],
  ] as const) {
    for (const key of keys ?? []) {
      const value = labels[key];
      if (value !== undefined) selector = selector.add(newRequirement(key, operator, [value]));
    }
  }
  const named = term.namespaces ?? [];
  const namespaceSelector = term.namespaceSelector ? labelSelectorAsSelector(term.namespaceSelector) : undefined;
  const namespaces = new Set(named.length === 0 && !namespaceSelector ? [namespace] : named);
  const key = JSON.stringify([
    term.topologyKey,
    selector.matchesNothing ? null : selector.toString(),
    [...namespaces].sort(),
    namespaceSelector?.toString(),
  ]);
  return { key, topologyKey: term.topologyKey, selector, namespaces, namespaceSelector };
}

export function matchesTerm(
  { selector, namespaces, namespaceSelector }: AffinityTerm,
  pod: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
  namespaceLabels: NamespaceLabels,
): boolean {
  if (!namespaces.has(pod.namespace) && !namespaceSelector?.matches(namespaceLabels(pod.namespace))) return false;
  return selector.matches(pod.labels);
}
