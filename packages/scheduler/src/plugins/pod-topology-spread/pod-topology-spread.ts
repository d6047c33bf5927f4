import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { Snapshot } from '../../cache/snapshot.ts';
import { type StateKey, stateKey } from '../../framework/cycle-state.ts';
import { MAX_NODE_SCORE, type Plugin, type PluginHandle } from '../../framework/plugin.ts';
import { skip, success, unresolvable, unschedulable } from '../../framework/status.ts';
import { type Constraint, constraintsOf, systemDefaults } from './constraint.ts';
import { countMatching, counts, hasKeys } from './counts.ts';
import { defaultSelector } from './default-selector.ts';

const HOSTNAME = 'kubernetes.io/hostname';
const MISSING_LABEL = unresolvable("node(s) didn't match pod topology spread constraints (missing required label)");
const TOO_SKEWED = unschedulable("node(s) didn't match pod topology spread constraints");

interface HardConstraint {
  readonly constraint: Constraint;
  /** Matching pods by topology value. */
  readonly byValue: Map<string, number>;
  /** Matching pods where there are fewest. */
  readonly least: number;
  /** 1 when the pod itself matches. */
  readonly self: number;
}

interface SoftConstraint {
  readonly constraint: Constraint;
  readonly byValue: Map<string, number>;
  /** More weight where there are more domains. */
  readonly weight: number;
}

interface Soft {
  readonly constraints: readonly SoftConstraint[];
  readonly ignored: ReadonlySet<string>;
}

const HARD: StateKey<readonly HardConstraint[]> = stateKey('PreFilterPodTopologySpread');
const SOFT: StateKey<Soft> = stateKey('PreScorePodTopologySpread');

/**
 * spec.topologySpreadConstraints; pods without any are spread over nodes and zones among those of their Services and
 * ReplicaSet (the `System` default constraints).
 */
export function podTopologySpread({ informers }: PluginHandle): Plugin {
  const selectorOf = defaultSelector(informers);
  return {
    name: 'PodTopologySpread',
    events: [
      { event: 'AssignedPodAdd' },
      { event: 'AssignedPodUpdate' },
      { event: 'AssignedPodDelete' },
      { event: 'NodeAdd' },
      { event: 'NodeDelete' },
      { event: 'NodeUpdateLabel' },
      { event: 'NodeUpdateTaint' },
    ],
    preFilter(state, pod, snapshot) {
      const constraints = constraintsOf(pod.pod, 'DoNotSchedule');
      if (constraints.length === 0) return skip;
      state.write(HARD, countHard(constraints, pod, snapshot));
      return success;
    },
    filter(state, _, node) {
      for (const { constraint, byValue, least, self } of state.read(HARD)) {
        const value = node.labels[constraint.topologyKey];
        if (value === undefined) return MISSING_LABEL;
        if ((byValue.get(value) ?? 0) + self - least > constraint.maxSkew) return TOO_SKEWED;
      }
      return success;
    },
    preScore(state, pod, nodes, snapshot) {
      const own = (pod.pod.spec.topologySpreadConstraints ?? []).length > 0;
      const selector = own ? undefined : selectorOf(pod);
      const constraints = own ? constraintsOf(pod.pod, 'ScheduleAnyway') : selector ? systemDefaults(selector) : [];
      if (constraints.length === 0) return skip;
      state.write(SOFT, countSoft(constraints, own, pod, nodes, snapshot));
      return success;
    },
    score(state, pod, node) {
      const { constraints, ignored } = state.read(SOFT);
      if (ignored.has(node.name)) return 0;
      let score = 0;
      for (const { constraint, byValue, weight } of constraints) {
        const value = node.labels[constraint.topologyKey];
        if (value === undefined) continue;
        const count =
          constraint.topologyKey === HOSTNAME
            ? countMatching(node, pod.namespace, constraint.selector)
            : (byValue.get(value) ?? 0);
        score += count * weight + (constraint.maxSkew - 1);
      }
      return Math.round(score);
    },
    normalizeScores: (state, _, scores, nodes) => fewestIsBest(scores, nodes, state.read(SOFT).ignored),
  };
}

function countHard(constraints: readonly Constraint[], pod: PodInfo, { nodes }: Snapshot): HardConstraint[] {
  const eligible = nodes.filter((node) => hasKeys(constraints, node));
  return constraints.map((constraint) => {
    const byValue = new Map<string, number>();
    for (const node of eligible) {
      if (!counts(constraint, pod, node)) continue;
      const value = node.labels[constraint.topologyKey] as string;
      byValue.set(value, (byValue.get(value) ?? 0) + countMatching(node, pod.namespace, constraint.selector));
    }
    let least = byValue.size < constraint.minDomains ? 0 : Number.POSITIVE_INFINITY;
    for (const count of byValue.values()) least = Math.min(least, count);
    if (least === Number.POSITIVE_INFINITY) least = 0;
    return { constraint, byValue, least, self: constraint.selector.matches(pod.labels) ? 1 : 0 };
  });
}

/** @param allKeys nodes without one of the topology labels get no score */
function countSoft(
  constraints: readonly Constraint[],
  allKeys: boolean,
  pod: PodInfo,
  candidates: readonly NodeInfo[],
  { nodes }: Snapshot,
): Soft {
  const ignored = new Set<string>();
  if (allKeys) for (const node of candidates) if (!hasKeys(constraints, node)) ignored.add(node.name);
  const left = candidates.length - ignored.size;
  const soft = constraints.map((constraint) => {
    const { topologyKey, selector } = constraint;
    const byValue = new Map<string, number>();
    if (topologyKey === HOSTNAME) return { constraint, byValue, weight: Math.log(left + 2) };
    for (const node of candidates) {
      const value = node.labels[topologyKey];
      if (value !== undefined && !ignored.has(node.name)) byValue.set(value, 0);
    }
    if (byValue.size > 0) {
      for (const node of nodes) {
        const before = byValue.get(node.labels[topologyKey] ?? '');
        if (before === undefined || (allKeys && !hasKeys(constraints, node)) || !counts(constraint, pod, node))
          continue;
        byValue.set(node.labels[topologyKey] as string, before + countMatching(node, pod.namespace, selector));
      }
    }
    return { constraint, byValue, weight: Math.log(byValue.size + 2) };
  });
  return { constraints: soft, ignored };
}

function fewestIsBest(scores: Float64Array, nodes: readonly NodeInfo[], ignored: ReadonlySet<string>): void {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const [i, node] of nodes.entries()) {
    if (ignored.has(node.name)) continue;
    least = Math.min(least, scores[i] as number);
    most = Math.max(most, scores[i] as number);
  }
  for (const [i, node] of nodes.entries()) {
    if (ignored.has(node.name)) scores[i] = 0;
    else if (most === 0) scores[i] = MAX_NODE_SCORE;
    else scores[i] = Math.floor((MAX_NODE_SCORE * (most + least - (scores[i] as number))) / most);
  }
}
