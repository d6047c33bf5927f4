import { ImaginedCounts } from '../../cache/domain-counts.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodIndex } from '../../cache/pod-index.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { counted, domainOf, type PodQuery } from '../../cache/pod-query.ts';
import type { Constraint } from './constraint.ts';
import { spreadQuery } from './counts.ts';

interface HardConstraint {
  readonly constraint: Constraint;
  readonly query: PodQuery;
  /** Matching pods by domain. */
  readonly counts: ImaginedCounts;
  /** 1 when the pod itself matches. */
  readonly self: number;
}

/** What a pod's DoNotSchedule constraints say of nodes. */
export class HardConstraints {
  readonly #constraints: readonly HardConstraint[];

  private constructor(constraints: readonly HardConstraint[]) {
    this.#constraints = constraints;
  }

  static of(constraints: readonly Constraint[], pod: PodInfo, index: PodIndex): HardConstraints {
    const keys = constraints.map(({ topologyKey }) => topologyKey);
    return new HardConstraints(
      constraints.map((constraint) => {
        const query = spreadQuery(constraint, pod, keys, true);
        const counts = new ImaginedCounts(index.count(query));
        return { constraint, query, counts, self: constraint.selector.matches(pod.labels) ? 1 : 0 };
      }),
    );
  }

  judge({ labels }: NodeInfo): 'fits' | 'missing label' | 'too skewed' {
    for (const { constraint, counts, self } of this.#constraints) {
      const value = labels[constraint.topologyKey];
      if (value === undefined) return 'missing label';
      const least = counts.domains < constraint.minDomains ? 0 : counts.least;
      if (counts.get(value) + self - least > constraint.maxSkew) return 'too skewed';
    }
    return 'fits';
  }

  /** Imagines `other` to come to the node (1) or to leave it (-1). */
  imagine(other: PodInfo, node: NodeInfo, change: 1 | -1): void {
    for (const { query, counts } of this.#constraints) {
      const value = counted(query, other) ? domainOf(query, node) : undefined;
      if (value !== undefined) counts.add(value, change);
    }
  }

  clone(): HardConstraints {
    return new HardConstraints(this.#constraints.map((each) => ({ ...each, counts: each.counts.clone() })));
  }
}
