import type { DomainCounts } from '../../cache/domain-counts.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodIndex } from '../../cache/pod-index.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { MAX_NODE_SCORE } from '../../framework/plugin.ts';
import type { Constraint } from './constraint.ts';
import { hasKeys, onNodeQuery, spreadQuery } from './counts.ts';

const HOSTNAME = 'kubernetes.io/hostname';

interface SoftConstraint {
  readonly constraint: Constraint;
  readonly perNode: boolean;
  readonly counts: DomainCounts;
  /** More weight where there are more domains. */
  readonly weight: number;
}

/** How well nodes keep a pod's ScheduleAnyway constraints. */
export class SoftConstraints {
  readonly #constraints: readonly SoftConstraint[];
  /** Nodes without one of the topology labels, which get no score. */
  readonly #ignored: ReadonlySet<string>;

  /** @param allKeys a node must have the labels of all constraints */
  constructor(
    constraints: readonly Constraint[],
    allKeys: boolean,
    pod: PodInfo,
    nodes: readonly NodeInfo[],
    index: PodIndex,
  ) {
    const ignored = new Set<string>();
    if (allKeys) for (const node of nodes) if (!hasKeys(constraints, node)) ignored.add(node.name);
    this.#ignored = ignored;
    const keys = allKeys ? constraints.map(({ topologyKey }) => topologyKey) : [];
    this.#constraints = constraints.map((constraint) => {
      const { topologyKey } = constraint;
      if (topologyKey === HOSTNAME) {
        const weight = Math.log(nodes.length - ignored.size + 2);
        return { constraint, perNode: true, counts: index.count(onNodeQuery(constraint, pod)), weight };
      }
      const values = new Set<string>();
      for (const { name, labels } of nodes) {
        const value = labels[topologyKey];
        if (value !== undefined && !ignored.has(name)) values.add(value);
      }
      const counts = index.count(spreadQuery(constraint, pod, keys, false));
      return { constraint, perNode: false, counts, weight: Math.log(values.size + 2) };
    });
  }

  score({ name, labels }: NodeInfo): number {
    if (this.#ignored.has(name)) return 0;
    let score = 0;
    for (const { constraint, perNode, counts, weight } of this.#constraints) {
      const value = labels[constraint.topologyKey];
      if (value === undefined) continue;
      score += counts.get(perNode ? name : value) * weight + (constraint.maxSkew - 1);
    }
    return Math.round(score);
  }

  /** Fewer pods become the better score, 0…100. */
  normalize(scores: Float64Array, nodes: readonly NodeInfo[]): void {
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    for (let i = 0; i < nodes.length; i++) {
      if (this.#ignored.has((nodes[i] as NodeInfo).name)) continue;
      const score = scores[i] as number;
      if (score < least) least = score;
      if (score > most) most = score;
    }
    for (let i = 0; i < nodes.length; i++) {
      if (this.#ignored.has((nodes[i] as NodeInfo).name)) scores[i] = 0;
      else if (most === 0) scores[i] = MAX_NODE_SCORE;
      else scores[i] = Math.floor((MAX_NODE_SCORE * (most + least - (scores[i] as number))) / most);
    }
  }
}
