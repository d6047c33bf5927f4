import { type AffinityTerm, matchesTerm } from '../../cache/affinity-term.ts';
import { type DomainCounts, ImaginedCounts } from '../../cache/domain-counts.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodIndex } from '../../cache/pod-index.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { counted, domainOf, type PodQuery } from '../../cache/pod-query.ts';
import { jointQueries, matchesAll, type Namespaces, termQuery } from './terms.ts';

interface Asked {
  readonly query: PodQuery;
  readonly counts: ImaginedCounts;
}

interface Existing {
  readonly term: AffinityTerm;
  readonly counts: ImaginedCounts;
}

const NO_PODS: DomainCounts = {
  get: () => 0,
  total: 0,
  domains: 0,
  least: 0,
  domainsWith: () => 0,
  entries: () => [],
};

/** What the hard rules of pod (anti-)affinity say about one pod. */
export class AffinityState {
  readonly #namespaces: Namespaces;
  /** The pods that the pod must be with. */
  readonly #with: readonly Asked[];
  /** The pods that it must not be with. */
  readonly #without: readonly Asked[];
  /** Terms of placed pods that forbid the pod, by key. */
  readonly #forbidding: ReadonlyMap<string, Existing>;
  /** It may be the first of pods that want to be together. */
  readonly #mayBeFirst: boolean;

  private constructor(
    namespaces: Namespaces,
    withPods: readonly Asked[],
    withoutPods: readonly Asked[],
    forbidding: ReadonlyMap<string, Existing>,
    mayBeFirst: boolean,
  ) {
    this.#namespaces = namespaces;
    this.#with = withPods;
    this.#without = withoutPods;
    this.#forbidding = forbidding;
    this.#mayBeFirst = mayBeFirst;
  }

  static of(pod: PodInfo, index: PodIndex, namespaces: Namespaces): AffinityState {
    const ask = (query: PodQuery): Asked => ({ query, counts: new ImaginedCounts(index.count(query)) });
    const { required, requiredAnti } = pod.affinity;
    const forbidding = new Map<string, Existing>();
    for (const { term, counts } of index.terms.requiredAnti.about(pod.namespace))
      if (matchesTerm(term, pod, namespaces.labels))
        forbidding.set(term.key, { term, counts: new ImaginedCounts(counts) });
    return new AffinityState(
      namespaces,
      jointQueries(required, namespaces).map(ask),
      requiredAnti.map((term) => ask(termQuery(term, namespaces))),
      forbidding,
      matchesAll(required, pod, namespaces),
    );
  }

  /** Whether every node will do. */
  get isEmpty(): boolean {
    return this.#with.length === 0 && this.#without.length === 0 && this.#forbidding.size === 0;
  }

  /** Each required term has a pod in the node's domain, or there is no such pod anywhere and the pod itself is one. */
  satisfiesAffinity(node: NodeInfo): boolean {
    let all = true;
    for (const { query, counts } of this.#with) {
      const value = node.labels[query.topologyKey as string];
      if (value === undefined) return false;
      if (counts.get(value) <= 0) all = false;
    }
    return all || (this.#mayBeFirst && this.#with.every(({ counts }) => counts.total === 0));
  }

  satisfiesAntiAffinity(node: NodeInfo): boolean {
    return this.#without.every(({ query, counts }) => isFree(query.topologyKey as string, counts, node));
  }

  satisfiesExisting(node: NodeInfo): boolean {
    for (const { term, counts } of this.#forbidding.values()) if (!isFree(term.topologyKey, counts, node)) return false;
    return true;
  }

  /** Imagines `other` to come to the node (1) or to leave it (-1). */
  imagine(pod: PodInfo, other: PodInfo, node: NodeInfo, change: 1 | -1): void {
    for (const { query, counts } of [...this.#with, ...this.#without]) {
      const value = counted(query, other) ? domainOf(query, node) : undefined;
      if (value !== undefined) counts.add(value, change);
    }
    for (const term of other.affinity.requiredAnti) {
      const value = node.labels[term.topologyKey];
      if (value === undefined || !matchesTerm(term, pod, this.#namespaces.labels)) continue;
      const forbidding = this.#forbidding as Map<string, Existing>;
      const known = forbidding.get(term.key) ?? { term, counts: new ImaginedCounts(NO_PODS) };
      forbidding.set(term.key, known);
      known.counts.add(value, change);
    }
  }

  clone(): AffinityState {
    const copy = ({ query, counts }: Asked) => ({ query, counts: counts.clone() });
    const forbidding = new Map<string, Existing>();
    for (const [key, { term, counts }] of this.#forbidding) forbidding.set(key, { term, counts: counts.clone() });
    return new AffinityState(
      this.#namespaces,
      this.#with.map(copy),
      this.#without.map(copy),
      forbidding,
      this.#mayBeFirst,
    );
  }
}

function isFree(topologyKey: string, counts: ImaginedCounts, node: NodeInfo): boolean {
  const value = node.labels[topologyKey];
  return value === undefined || counts.get(value) <= 0;
}
