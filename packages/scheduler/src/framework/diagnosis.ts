import type { Rejection } from './status.ts';

export interface NodeRejection {
  readonly nodeName: string;
  readonly plugin: string;
  readonly status: Rejection;
}

/** Why a pod fits nowhere. */
export interface Diagnosis {
  readonly allNodes: number;
  /** Nodes that a Filter plugin rejected. */
  readonly nodes: readonly NodeRejection[];
  /** For all nodes that are not in `nodes`: PreFilter left them out. */
  readonly others?: { readonly plugin: string; readonly status: Rejection } | undefined;
  /** PreFilter rejected the pod altogether, so no node was looked at. */
  readonly preFilterMessage?: string | undefined;
  readonly postFilterMessage?: string | undefined;
}

/** The plugins that stand in the pod's way. */
export function rejectingPlugins({ nodes, others }: Diagnosis): Set<string> {
  const plugins = new Set(nodes.map(({ plugin }) => plugin));
  if (others) plugins.add(others.plugin);
  return plugins;
}

/** `0/2 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable. preemption: …`, upstream's wording. */
export function fitMessage(diagnosis: Diagnosis): string {
  const { allNodes, nodes, others, preFilterMessage, postFilterMessage } = diagnosis;
  let text = `0/${allNodes} nodes are available:`;
  if (preFilterMessage) text += ` ${preFilterMessage}.`;
  else {
    const histogram = countReasons(nodes.map(({ status }) => status.reasons));
    const left = allNodes - nodes.length;
    if (others && left > 0) for (const reason of others.status.reasons) add(histogram, reason, left);
    if (histogram.size > 0) text += ` ${histogramText(histogram)}.`;
  }
  return postFilterMessage ? `${text} ${postFilterMessage}` : text;
}

export function countReasons(reasons: Iterable<readonly string[]>): Map<string, number> {
  const histogram = new Map<string, number>();
  for (const some of reasons) for (const reason of some) add(histogram, reason, 1);
  return histogram;
}

/** `1 Insufficient cpu, 2 node(s) were unschedulable`, sorted as text. */
export function histogramText(histogram: ReadonlyMap<string, number>): string {
  return [...histogram]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
}

function add(histogram: Map<string, number>, reason: string, count: number): void {
  histogram.set(reason, (histogram.get(reason) ?? 0) + count);
}
