import type { AffinityTerm } from './affinity-term.ts';
import { DomainCounter } from './domain-counts.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

/** A term that placed pods have, and how many of them have it in each domain of its topology. */
export interface PlacedTerm {
  readonly term: AffinityTerm;
  /** Of a preferred term, negative for anti-affinity. */
  readonly weight: number;
  readonly counts: DomainCounter;
}

/** Where no single namespace is named. */
const ANYWHERE = '';

/** The terms of placed pods of one sort; pods of one Deployment share theirs, so there are few. */
export class TermIndex {
  readonly #byNamespace = new Map<string, Map<string, PlacedTerm & { pods: number }>>();

  change(term: AffinityTerm, weight: number, node: NodeInfo, change: 1 | -1): void {
    const home = homeOf(term);
    const key = `${weight}|${term.key}`;
    let terms = this.#byNamespace.get(home);
    if (!terms) {
      terms = new Map();
      this.#byNamespace.set(home, terms);
    }
    let placed = terms.get(key);
    if (!placed) {
      placed = { term, weight, counts: new DomainCounter(false), pods: 0 };
      terms.set(key, placed);
    }
    placed.pods += change;
    const value = node.labels[term.topologyKey];
    if (value !== undefined) placed.counts.addPods(value, change);
    if (placed.pods > 0) return;
    terms.delete(key);
    if (terms.size === 0) this.#byNamespace.delete(home);
  }

  /** The terms that may be about pods of this namespace. */
  *about(namespace: string): Iterable<PlacedTerm> {
    yield* this.#byNamespace.get(namespace)?.values() ?? [];
    yield* this.#byNamespace.get(ANYWHERE)?.values() ?? [];
  }
}

function homeOf({ namespaces, namespaceSelector }: AffinityTerm): string {
  const [first = ANYWHERE] = namespaces;
  return namespaces.size === 1 && !namespaceSelector ? first : ANYWHERE;
}

/** All terms of placed pods, by what they ask for. */
export class PlacedTerms {
  readonly required = new TermIndex();
  readonly requiredAnti = new TermIndex();
  readonly preferred = new TermIndex();

  change({ affinity }: PodInfo, node: NodeInfo, change: 1 | -1): void {
    for (const term of affinity.required) this.required.change(term, 0, node, change);
    for (const term of affinity.requiredAnti) this.requiredAnti.change(term, 0, node, change);
    for (const { term, weight } of affinity.preferred) this.preferred.change(term, weight, node, change);
  }
}
