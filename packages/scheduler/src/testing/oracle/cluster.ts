import type { Node, Pod } from '@coxswain/api';

/** All that a decision may look at. */
export interface Cluster {
  readonly nodes: readonly Node[];
  /** Pods that are assigned to a node, which may be gone. */
  readonly placed: readonly Pod[];
  /** Labels of the namespaces, by name. */
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The value of a node's label; of a node that is not there, none. */
export function nodeLabel({ nodes }: Cluster, name: string | undefined, key: string): string | undefined {
  return nodes.find(({ metadata }) => metadata.name === name)?.metadata.labels?.[key];
}
