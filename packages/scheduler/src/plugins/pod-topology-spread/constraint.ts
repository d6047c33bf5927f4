import { labelSelectorAsSelector, newRequirement, type Pod, type Selector } from '@coxswain/api';

/** One topologySpreadConstraint, made ready for matching. */
export interface Constraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly selector: Selector;
  readonly minDomains: number;
  readonly honorAffinity: boolean;
  readonly honorTaints: boolean;
}

/** The pod's own constraints with this `whenUnsatisfiable`; matchLabelKeys become part of the selector. */
export function constraintsOf({ spec, metadata }: Pod, action: 'DoNotSchedule' | 'ScheduleAnyway'): Constraint[] {
  return (spec.topologySpreadConstraints ?? [])
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action)
    .map((constraint) => {
      let selector = labelSelectorAsSelector(constraint.labelSelector);
      for (const key of constraint.matchLabelKeys ?? []) {
        const value = metadata.labels?.[key];
        if (value !== undefined) selector = selector.add(newRequirement(key, 'in', [value]));
      }
      return {
        maxSkew: constraint.maxSkew,
        topologyKey: constraint.topologyKey,
        selector,
        minDomains: constraint.minDomains ?? 1,
        honorAffinity: (constraint.nodeAffinityPolicy ?? 'Honor') === 'Honor',
        honorTaints: constraint.nodeTaintsPolicy === 'Honor',
      };
    });
}

/** What a cluster wants of pods that say nothing: spread over nodes, and more loosely over zones. */
export function systemDefaults(selector: Selector): Constraint[] {
  const common = { selector, minDomains: 1, honorAffinity: true, honorTaints: false };
  return [
    { ...common, maxSkew: 3, topologyKey: 'kubernetes.io/hostname' },
    { ...common, maxSkew: 5, topologyKey: 'topology.kubernetes.io/zone' },
  ];
}
