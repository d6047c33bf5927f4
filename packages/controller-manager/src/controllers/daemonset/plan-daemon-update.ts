import type { Pod } from '@coxswain/api';
import { isPodAvailable } from '../../shared/pods.ts';
import { REVISION_HASH } from '../../shared/sync-revisions.ts';
import { type DaemonInput, type DaemonNode, groupByNode } from './plan-daemon-pods.ts';
import { updateLimits } from './update-limits.ts';

export interface DaemonUpdatePlan {
  /** Nodes that get a new pod beside their old one. */
  readonly create: readonly string[];
  /** Old pods to replace. */
  readonly remove: readonly Pod[];
}

interface OnNode {
  readonly node: DaemonNode;
  readonly old: Pod | undefined;
  readonly new: Pod | undefined;
}

/**
 * The next step of a rolling update: which old pods go, and with maxSurge which nodes get a second pod first. Pods that
 * aren't available are replaced at once, since that makes nothing worse.
 */
export function planDaemonUpdate(input: DaemonInput): DaemonUpdatePlan {
  if ((input.daemonSet.spec.updateStrategy?.type ?? 'RollingUpdate') !== 'RollingUpdate')
    return { create: [], remove: [] };
  const { nodes } = groupByNode(input);
  const wanting = nodes.filter(({ fit }) => fit.shouldRun);
  const limits = updateLimits(input.daemonSet, wanting.length);
  const minReadySeconds = input.daemonSet.spec.minReadySeconds ?? 0;
  const available = (pod: Pod) =>
    pod.metadata.deletionTimestamp === undefined && isPodAvailable(pod, minReadySeconds, input.now);
  return limits.maxSurge > 0
    ? surge(nodes, input.hash, limits.maxSurge, available)
    : replace(nodes, input.hash, limits.maxUnavailable, available);
}

function replace(
  nodes: readonly DaemonNode[],
  hash: string,
  maxUnavailable: number,
  available: (pod: Pod) => boolean,
): DaemonUpdatePlan {
  const broken: Pod[] = [];
  const candidates: Pod[] = [];
  let unavailable = 0;
  for (const node of nodes) {
    const at = split(node, hash);
    if (!node.fit.shouldRun && node.pods.length === 0) continue;
    if (at && at.new === undefined && at.old !== undefined) {
      if (available(at.old)) candidates.push(at.old);
      else {
        unavailable++;
        if (at.old.metadata.deletionTimestamp === undefined) broken.push(at.old);
      }
    } else if (!(at?.new && at.old === undefined && available(at.new))) {
      unavailable++;
    }
  }
  return { create: [], remove: [...broken, ...candidates.slice(0, Math.max(0, maxUnavailable - unavailable))] };
}

function surge(
  nodes: readonly DaemonNode[],
  hash: string,
  maxSurge: number,
  available: (pod: Pod) => boolean,
): DaemonUpdatePlan {
  const broken: string[] = [];
  const candidates: string[] = [];
  const remove: Pod[] = [];
  let surging = 0;
  for (const node of nodes) {
    const at = split(node, hash);
    if (!at) surging++;
    else if (at.old === undefined) continue;
    else if (at.new === undefined) {
      if (!node.fit.shouldRun) continue;
      (available(at.old) ? candidates : broken).push(node.name);
    } else if (available(at.new)) {
      if (at.old.metadata.deletionTimestamp === undefined) remove.push(at.old);
    } else surging++;
  }
  return { create: [...broken, ...candidates.slice(0, Math.max(0, maxSurge - surging))], remove };
}

/** Undefined when a node has more than one of either: the surplus goes first. */
function split(node: DaemonNode, hash: string): OnNode | undefined {
  const fresh = node.pods.filter(({ metadata }) => metadata.labels?.[REVISION_HASH] === hash);
  const old = node.pods.filter(({ metadata }) => metadata.labels?.[REVISION_HASH] !== hash);
  return fresh.length > 1 || old.length > 1 ? undefined : { node, old: old[0], new: fresh[0] };
}
