import type { TopologySpreadConstraint } from '@coxswain/api';
import type { PodInfo } from '../../cache/pod-info.ts';
import { type StateKey, stateKey } from '../../framework/cycle-state.ts';
import type { Plugin, PluginHandle } from '../../framework/plugin.ts';
import { skip, success, unresolvable, unschedulable } from '../../framework/status.ts';
import {
  type Constraint,
  type ConstraintAction,
  defaultConstraints,
  ownConstraints,
  SYSTEM_DEFAULTS,
} from './constraint.ts';
import { defaultSelector } from './default-selector.ts';
import { HardConstraints } from './hard-constraints.ts';
import { spreadEvents } from './hints.ts';
import { SoftConstraints } from './soft-constraints.ts';

const MISSING_LABEL = unresolvable("node(s) didn't match pod topology spread constraints (missing required label)");
const TOO_SKEWED = unschedulable("node(s) didn't match pod topology spread constraints");

const HARD: StateKey<HardConstraints> = stateKey('PreFilterPodTopologySpread');
const SOFT: StateKey<SoftConstraints> = stateKey('PreScorePodTopologySpread');

export interface PodTopologySpreadArgs {
  /** `System`: over nodes and zones, loosely; `List`: `defaultConstraints`. */
  readonly defaultingType?: 'System' | 'List';
  /** For pods without constraints of their own; their selector is that of the pod's Services and ReplicaSet. */
  readonly defaultConstraints?: readonly TopologySpreadConstraint[];
}

/**
 * spec.topologySpreadConstraints with minDomains, nodeAffinityPolicy, nodeTaintsPolicy and matchLabelKeys; pods without
 * any get the cluster's default constraints.
 */
export function podTopologySpread({ informers }: PluginHandle, args: PodTopologySpreadArgs = {}): Plugin {
  const selectorOf = defaultSelector(informers);
  const system = (args.defaultingType ?? 'System') === 'System';
  const defaults = system ? SYSTEM_DEFAULTS : (args.defaultConstraints ?? []);
  const constraintsOf = (pod: PodInfo, action: ConstraintAction): readonly Constraint[] => {
    if ((pod.pod.spec.topologySpreadConstraints ?? []).length > 0) return ownConstraints(pod.pod, action);
    if (!defaults.some(({ whenUnsatisfiable }) => whenUnsatisfiable === action)) return [];
    const selector = selectorOf(pod);
    return selector ? defaultConstraints(defaults, selector, action) : [];
  };
  return {
    name: 'PodTopologySpread',
    events: spreadEvents((pod) => constraintsOf(pod, 'DoNotSchedule')),
    preFilter(state, pod, { index }) {
      const constraints = constraintsOf(pod, 'DoNotSchedule');
      if (constraints.length === 0) return skip;
      state.write(HARD, HardConstraints.of(constraints, pod, index));
      return success;
    },
    addPod: (state, _, other, node) => state.read(HARD).imagine(other, node, 1),
    removePod: (state, _, other, node) => state.read(HARD).imagine(other, node, -1),
    filter(state, _, node) {
      const verdict = state.read(HARD).judge(node);
      return verdict === 'fits' ? success : verdict === 'missing label' ? MISSING_LABEL : TOO_SKEWED;
    },
    preScore(state, pod, nodes, { index }) {
      const constraints = constraintsOf(pod, 'ScheduleAnyway');
      if (constraints.length === 0) return skip;
      const own = (pod.pod.spec.topologySpreadConstraints ?? []).length > 0;
      state.write(SOFT, new SoftConstraints(constraints, own || !system, pod, nodes, index));
      return success;
    },
    score: (state, _, node) => state.read(SOFT).score(node),
    normalizeScores: (state, _, scores, nodes) => state.read(SOFT).normalize(scores, nodes),
  };
}
