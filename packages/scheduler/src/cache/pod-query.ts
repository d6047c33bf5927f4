import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

/** A question about where pods are: how many of these pods are in each domain of a topology? */
export interface PodQuery {
  /** Two queries with the same key ask the same. */
  readonly key: string;
  readonly namespaces: ReadonlySet<string>;
  /** A node label; undefined counts by node name. */
  readonly topologyKey: string | undefined;
  /** Whether domains without pods are of interest. */
  readonly domains: boolean;
  /** Whether a pod in one of the namespaces counts. */
  matches(pod: PodInfo): boolean;
  /** Whether pods of this node count; all nodes unless given. Must depend on the node's name, labels and taints only. */
  eligible?(node: NodeInfo): boolean;
}

/** The domain in which pods of this node count; undefined when they don't. */
export function domainOf(query: PodQuery, node: NodeInfo): string | undefined {
  const value = query.topologyKey === undefined ? node.name : node.labels[query.topologyKey];
  return value !== undefined && (query.eligible?.(node) ?? true) ? value : undefined;
}

export function counted(query: PodQuery, pod: PodInfo): boolean {
  return query.namespaces.has(pod.namespace) && query.matches(pod);
}
