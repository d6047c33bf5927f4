import type { Node, Pod, PodAffinityTerm } from '@coxswain/api';
import { type Cluster, nodeLabel } from './cluster.ts';
import { selects } from './selectors.ts';

/** Required affinity and anti-affinity of the pod, and the anti-affinity of those that are there already. */
export function affinityAllows(pod: Pod, node: Node, cluster: Cluster): boolean {
  const { placed } = cluster;
  const together = (term: PodAffinityTerm, each: Pod) => {
    const value = node.metadata.labels?.[term.topologyKey];
    return value !== undefined && value === nodeLabel(cluster, each.spec.nodeName, term.topologyKey);
  };
  for (const term of antiTerms(pod))
    if (placed.some((each) => means(term, pod, each, cluster) && together(term, each))) return false;
  for (const each of placed)
    for (const term of antiTerms(each)) if (means(term, each, pod, cluster) && together(term, each)) return false;
  const required = pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  if (required.some(({ topologyKey }) => node.metadata.labels?.[topologyKey] === undefined)) return false;
  const meansAll = (each: Pod) => required.every((term) => means(term, pod, each, cluster));
  const partners = placed.filter(meansAll);
  if (required.every((term) => partners.some((each) => together(term, each)))) return true;
  // The first of a group that wants to be together may go anywhere.
  const somewhere = partners.some(({ spec }) =>
    required.some(({ topologyKey }) => nodeLabel(cluster, spec.nodeName, topologyKey) !== undefined),
  );
  return !somewhere && meansAll(pod);
}

function antiTerms({ spec }: Pod): readonly PodAffinityTerm[] {
  return spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}

/** Does a term of `owner` mean `other`: by its labels, and by its namespace, which is the owner's own unless said. */
function means(term: PodAffinityTerm, owner: Pod, other: Pod, { namespaces }: Cluster): boolean {
  const home = other.metadata.namespace ?? '';
  const named = term.namespaces?.length ? term.namespaces : term.namespaceSelector ? [] : [owner.metadata.namespace];
  if (!named.includes(home) && !selects(term.namespaceSelector, namespaces[home])) return false;
  const labels = other.metadata.labels ?? {};
  const own = owner.metadata.labels ?? {};
  return (
    selects(term.labelSelector, labels) &&
    (term.matchLabelKeys ?? []).every((key) => own[key] === undefined || labels[key] === own[key]) &&
    (term.mismatchLabelKeys ?? []).every((key) => own[key] === undefined || labels[key] !== own[key])
  );
}
