import {
  labelSelectorAsSelector,
  newRequirement,
  type Pod,
  type Selector,
  type TopologySpreadConstraint,
} from '@coxswain/api';

export type ConstraintAction = 'DoNotSchedule' | 'ScheduleAnyway';

/** One topologySpreadConstraint, made ready for matching. */
export interface Constraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly selector: Selector;
  readonly minDomains: number;
  readonly honorAffinity: boolean;
  readonly honorTaints: boolean;
}

/** What a cluster wants of pods that say nothing: spread over nodes, and more loosely over zones. */
export const SYSTEM_DEFAULTS: readonly TopologySpreadConstraint[] = [
  { maxSkew: 3, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
  { maxSkew: 5, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
];

/** The pod's own constraints with this `whenUnsatisfiable`; matchLabelKeys become part of the selector. */
export function ownConstraints({ spec, metadata }: Pod, action: ConstraintAction): Constraint[] {
  return withAction(spec.topologySpreadConstraints, action).map((constraint) => {
    let selector = labelSelectorAsSelector(constraint.labelSelector);
    for (const key of constraint.matchLabelKeys ?? []) {
      const value = metadata.labels?.[key];
      if (value !== undefined) selector = selector.add(newRequirement(key, 'in', [value]));
    }
    return ready(constraint, selector);
  });
}

/** The cluster's constraints with this `whenUnsatisfiable`, over the pods of the selector. */
export function defaultConstraints(
  constraints: readonly TopologySpreadConstraint[],
  selector: Selector,
  action: ConstraintAction,
): Constraint[] {
  return withAction(constraints, action).map((constraint) => ready(constraint, selector));
}

function withAction(constraints: readonly TopologySpreadConstraint[] | undefined, action: ConstraintAction) {
  return (constraints ?? []).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action);
}

function ready(constraint: TopologySpreadConstraint, selector: Selector): Constraint {
  return {
    maxSkew: constraint.maxSkew,
    topologyKey: constraint.topologyKey,
    selector,
    minDomains: constraint.minDomains ?? 1,
    honorAffinity: (constraint.nodeAffinityPolicy ?? 'Honor') === 'Honor',
    honorTaints: constraint.nodeTaintsPolicy === 'Honor',
  };
}
