import { matchesNodeAffinity } from '@coxswain/api';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { PodQuery } from '../../cache/pod-query.ts';
import { tolerates } from '../taint-toleration/tolerates.ts';
import type { Constraint } from './constraint.ts';

/**
 * Asks how the pods that a constraint speaks of are spread over its domains. Pods on their way out don't count.
 * @param keys node labels that a node must have to count
 */
export function spreadQuery(constraint: Constraint, pod: PodInfo, keys: readonly string[], domains: boolean): PodQuery {
  const { topologyKey, selector, honorAffinity, honorTaints } = constraint;
  const { spec } = pod.pod;
  const { nodeSelector, tolerations } = spec;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const affinity = honorAffinity && (nodeSelector || required) ? JSON.stringify([nodeSelector, required]) : '';
  const taints = honorTaints ? JSON.stringify(tolerations ?? []) : '';
  const others = keys.filter((key) => key !== topologyKey);
  const what = selector.matchesNothing ? '!' : `=${selector.toString()}`;
  return {
    key: ['spread', domains, pod.namespace, topologyKey, what, affinity, taints, ...others].join('|'),
    namespaces: new Set([pod.namespace]),
    topologyKey,
    domains,
    matches: ({ terminating, labels }) => !terminating && selector.matches(labels),
    eligible: (node) =>
      others.every((key) => node.labels[key] !== undefined) &&
      (affinity === '' || matchesNodeAffinity(spec, node)) &&
      (!honorTaints || node.hardTaints.every((taint) => tolerates(tolerations, taint))),
  };
}

/** Asks how many pods that a constraint speaks of are on each node. */
export function onNodeQuery({ selector }: Constraint, { namespace }: PodInfo): PodQuery {
  return {
    key: ['on node', namespace, selector.matchesNothing ? '!' : `=${selector.toString()}`].join('|'),
    namespaces: new Set([namespace]),
    topologyKey: undefined,
    domains: false,
    matches: ({ terminating, labels }) => !terminating && selector.matches(labels),
  };
}

export function hasKeys(constraints: readonly Constraint[], node: NodeInfo): boolean {
  return constraints.every(({ topologyKey }) => node.labels[topologyKey] !== undefined);
}
