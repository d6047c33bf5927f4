import type { Node, Pod, TopologySpreadConstraint } from '@coxswain/api';
import type { Cluster } from './cluster.ts';
import { matchesNode, selects, toleratesAll } from './selectors.ts';

/** Every constraint that says DoNotSchedule. */
export function spreadAllows(pod: Pod, node: Node, { nodes, placed }: Cluster): boolean {
  const hard = (pod.spec.topologySpreadConstraints ?? []).filter((each) => each.whenUnsatisfiable === 'DoNotSchedule');
  const value = (each: Node, key: string) => each.metadata.labels?.[key];
  return hard.every((constraint) => {
    const { topologyKey, maxSkew, minDomains = 1, nodeAffinityPolicy = 'Honor', nodeTaintsPolicy } = constraint;
    const domain = value(node, topologyKey);
    if (domain === undefined) return false;
    const eligible = nodes.filter(
      (each) =>
        hard.every((other) => value(each, other.topologyKey) !== undefined) &&
        (nodeAffinityPolicy === 'Ignore' || matchesNode(pod, each)) &&
        (nodeTaintsPolicy !== 'Honor' || toleratesAll(pod, each.spec?.taints)),
    );
    const counts = new Map<string | undefined, number>();
    for (const each of eligible) {
      const matching = placed.filter(
        (other) => other.spec.nodeName === each.metadata.name && counted(constraint, pod, other),
      );
      const of = value(each, topologyKey);
      counts.set(of, (counts.get(of) ?? 0) + matching.length);
    }
    const least = counts.size < minDomains ? 0 : Math.min(...counts.values());
    const self = meant(constraint, pod, pod) ? 1 : 0;
    return (counts.get(domain) ?? 0) + self - least <= maxSkew;
  });
}

/** Pods of the same namespace that are not on their way out. */
function counted(constraint: TopologySpreadConstraint, pod: Pod, other: Pod): boolean {
  const { namespace, deletionTimestamp } = other.metadata;
  return namespace === pod.metadata.namespace && deletionTimestamp === undefined && meant(constraint, pod, other);
}

function meant({ labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint, pod: Pod, other: Pod): boolean {
  const [own, labels] = [pod.metadata.labels ?? {}, other.metadata.labels ?? {}];
  return (
    selects(labelSelector, labels) && matchLabelKeys.every((key) => own[key] === undefined || labels[key] === own[key])
  );
}
