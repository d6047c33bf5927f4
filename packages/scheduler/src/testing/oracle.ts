import type { LabelSelector, Node, Pod, PodAffinityTerm } from '@coxswain/api';

/**
 * Hard scheduling rules said once more, straight from the documentation and without any cleverness, to check decisions
 * against. Knows one namespace, matchLabels only, and CPU, pods, ports, nodeSelector, taints, pod affinity and spread.
 */
export function mayRun(pod: Pod, node: Node, nodes: readonly Node[], placed: readonly Pod[]): boolean {
  const on = (name: string) => placed.filter(({ spec }) => spec.nodeName === name);
  const cpu = (each: Pod) => Number(each.spec.containers[0]?.resources?.requests?.['cpu'] ?? 0);
  const allocatable = node.status?.allocatable ?? {};
  const here = on(node.metadata.name);
  if (here.length + 1 > Number(allocatable['pods'])) return false;
  const wanted = cpu(pod);
  if (wanted > 0 && here.reduce((sum, each) => sum + cpu(each), wanted) > Number(allocatable['cpu'])) return false;
  if (!matchesNode(pod, node) || node.spec?.unschedulable || !toleratesAll(pod, node)) return false;
  if (ports(pod).some((port) => here.some((each) => ports(each).includes(port)))) return false;
  return affinityAllows(pod, node, nodes, placed) && spreadAllows(pod, node, nodes, placed);
}

const ports = (pod: Pod) =>
  (pod.spec.containers[0]?.ports ?? []).flatMap(({ hostPort }) => (hostPort ? [hostPort] : []));
const label = (node: Node | undefined, key: string) => node?.metadata.labels?.[key];

function matchesNode(pod: Pod, node: Node): boolean {
  return Object.entries(pod.spec.nodeSelector ?? {}).every(([key, value]) => label(node, key) === value);
}

function toleratesAll(pod: Pod, node: Node): boolean {
  return (node.spec?.taints ?? []).every(({ key }) => pod.spec.tolerations?.some((each) => each.key === key));
}

function selects(selector: LabelSelector | undefined, pod: Pod): boolean {
  if (!selector) return false;
  return Object.entries(selector.matchLabels ?? {}).every(([key, value]) => pod.metadata.labels?.[key] === value);
}

function affinityAllows(pod: Pod, node: Node, nodes: readonly Node[], placed: readonly Pod[]): boolean {
  const nodeOf = (each: Pod) => nodes.find(({ metadata }) => metadata.name === each.spec.nodeName);
  const together = (term: PodAffinityTerm, each: Pod) => {
    const value = label(node, term.topologyKey);
    return value !== undefined && value === label(nodeOf(each), term.topologyKey);
  };
  const anti = (each: Pod) => each.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  for (const term of anti(pod))
    if (placed.some((each) => selects(term.labelSelector, each) && together(term, each))) return false;
  for (const each of placed)
    for (const term of anti(each)) if (selects(term.labelSelector, pod) && together(term, each)) return false;
  const required = pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  if (required.length === 0) return true;
  if (required.some(({ topologyKey }) => label(node, topologyKey) === undefined)) return false;
  const matchesAll = (each: Pod) => required.every(({ labelSelector }) => selects(labelSelector, each));
  const partners = placed.filter(matchesAll);
  if (required.every((term) => partners.some((each) => together(term, each)))) return true;
  const somewhere = partners.some((each) =>
    required.some(({ topologyKey }) => label(nodeOf(each), topologyKey) !== undefined),
  );
  return !somewhere && matchesAll(pod);
}

function spreadAllows(pod: Pod, node: Node, nodes: readonly Node[], placed: readonly Pod[]): boolean {
  const hard = (pod.spec.topologySpreadConstraints ?? []).filter((each) => each.whenUnsatisfiable === 'DoNotSchedule');
  return hard.every((constraint) => {
    const { topologyKey, maxSkew, minDomains = 1, nodeAffinityPolicy = 'Honor', nodeTaintsPolicy } = constraint;
    const domain = label(node, topologyKey);
    if (domain === undefined) return false;
    const eligible = nodes.filter(
      (each) =>
        hard.every((other) => label(each, other.topologyKey) !== undefined) &&
        (nodeAffinityPolicy === 'Ignore' || matchesNode(pod, each)) &&
        (nodeTaintsPolicy !== 'Honor' || toleratesAll(pod, each)),
    );
    const counts = new Map<string, number>();
    for (const each of eligible) {
      const value = label(each, topologyKey) as string;
      const matching = placed.filter(
        (other) => other.spec.nodeName === each.metadata.name && selects(constraint.labelSelector, other),
      );
      counts.set(value, (counts.get(value) ?? 0) + matching.length);
    }
    const least = counts.size < minDomains ? 0 : Math.min(...counts.values());
    const self = selects(constraint.labelSelector, pod) ? 1 : 0;
    return (counts.get(domain) ?? 0) + self - least <= maxSkew;
  });
}
