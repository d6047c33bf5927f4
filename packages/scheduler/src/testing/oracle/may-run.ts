import type { Node, Pod } from '@coxswain/api';
import { affinityAllows } from './affinity-allows.ts';
import type { Cluster } from './cluster.ts';
import { fits } from './fits.ts';
import { matchesNode, toleratesAll } from './selectors.ts';
import { spreadAllows } from './spread-allows.ts';

/** What the made pods may request. */
const RESOURCES = ['cpu', 'memory', 'example.com/gpu'];
const UNSCHEDULABLE = [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' as const }];

/**
 * Hard scheduling rules said once more, straight from the documentation and without any cleverness, to check decisions
 * against: resources with init containers, sidecars and overhead; host ports; node selectors and affinity; taints; pod
 * affinity and anti-affinity over namespaces; topology spread. Quantities are whole numbers; volumes have an oracle of
 * their own.
 */
export function mayRun(pod: Pod, node: Node, cluster: Cluster): boolean {
  const here = cluster.placed.filter(({ spec }) => spec.nodeName === node.metadata.name);
  return (
    fits(pod, node, here, RESOURCES) &&
    matchesNode(pod, node) &&
    toleratesAll(pod, node.spec?.taints) &&
    (!node.spec?.unschedulable || toleratesAll(pod, UNSCHEDULABLE)) &&
    affinityAllows(pod, node, cluster) &&
    spreadAllows(pod, node, cluster)
  );
}
