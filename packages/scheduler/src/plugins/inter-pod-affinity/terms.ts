import { type AffinityTerm, matchesTerm, type NamespaceLabels } from '../../cache/affinity-term.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { PodQuery } from '../../cache/pod-query.ts';

/** The namespaces of the cluster with their labels. */
export interface Namespaces {
  readonly labels: NamespaceLabels;
  names(): Iterable<string>;
}

/** Asks where the pods are that one term means. */
export function termQuery(term: AffinityTerm, namespaces: Namespaces): PodQuery {
  const names = namespacesOf(term, namespaces);
  return {
    key: `term|${term.key}|${term.namespaceSelector ? [...names].sort().join(',') : ''}`,
    namespaces: names,
    topologyKey: term.topologyKey,
    domains: false,
    matches: ({ labels }) => term.selector.matches(labels),
  };
}

/** Asks where the pods are that all these terms mean, by the topology of each: required affinity wants one pod for all. */
export function jointQueries(terms: readonly AffinityTerm[], namespaces: Namespaces): PodQuery[] {
  const [first] = terms;
  if (!first) return [];
  if (terms.length === 1) return [termQuery(first, namespaces)];
  const of = terms.map((term) => namespacesOf(term, namespaces));
  const common = of.reduce((some, others) => some.intersection(others));
  const key = `terms|${terms.map((term) => term.key).join()}|${[...common].sort().join(',')}`;
  return [...new Set(terms.map(({ topologyKey }) => topologyKey))].map((topologyKey) => ({
    key: `${key}|${topologyKey}`,
    namespaces: common,
    topologyKey,
    domains: false,
    matches: ({ labels }: PodInfo) => terms.every(({ selector }) => selector.matches(labels)),
  }));
}

export function matchesAll(terms: readonly AffinityTerm[], pod: PodInfo, namespaces: Namespaces): boolean {
  return terms.length > 0 && terms.every((term) => matchesTerm(term, pod, namespaces.labels));
}

export function matchesAny(terms: readonly AffinityTerm[], pod: PodInfo, namespaces: Namespaces): boolean {
  return terms.some((term) => matchesTerm(term, pod, namespaces.labels));
}

function namespacesOf({ namespaces, namespaceSelector }: AffinityTerm, all: Namespaces): ReadonlySet<string> {
  if (!namespaceSelector) return namespaces;
  const names = new Set(namespaces);
  for (const name of all.names()) if (namespaceSelector.matches(all.labels(name))) names.add(name);
  return names;
}
