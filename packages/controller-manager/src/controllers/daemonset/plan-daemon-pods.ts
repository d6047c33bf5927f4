import type { DaemonSet, Node, Pod } from '@coxswain/api';
import { isPodAvailable, isPodReady } from '../../shared/pods.ts';
import { REVISION_HASH } from '../../shared/sync-revisions.ts';
import { byCreation } from '../../shared/times.ts';
import { targetNode } from './daemon-pod.ts';
import { type NodeFit, nodeFitter } from './fits-node.ts';
import { updateLimits } from './update-limits.ts';

export interface DaemonInput {
  readonly daemonSet: DaemonSet;
  readonly nodes: readonly Node[];
  /** The pods that the DaemonSet owns. */
  readonly pods: readonly Pod[];
  /** The revision hash of the current template. */
  readonly hash: string;
  readonly now: number;
}

/** One node with its daemon pods. */
export interface DaemonNode {
  readonly name: string;
  readonly fit: NodeFit;
  readonly pods: readonly Pod[];
}

export interface DaemonPodsPlan {
  /** Names of nodes that get a pod. */
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
  /** Ended pods, to be replaced once their node's back-off allows. */
  readonly ended: readonly { readonly pod: Pod; readonly node: string }[];
}

/** Nodes with the daemon pods that are bound to them or meant for them; pods of nodes that are gone come extra. */
export function groupByNode({ daemonSet, nodes, pods }: DaemonInput): { nodes: DaemonNode[]; stray: Pod[] } {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const phase = pod.status?.phase;
    // Ended and on its way out: the finalizer that holds it keeps no other from its node.
    if ((phase === 'Succeeded' || phase === 'Failed') && pod.metadata.deletionTimestamp !== undefined) continue;
    const name = targetNode(pod) ?? '';
    const group = byNode.get(name) ?? [];
    group.push(pod);
    byNode.set(name, group);
  }
  const known = new Set(nodes.map(({ metadata }) => metadata.name));
  const stray = [...byNode].flatMap(([name, group]) =>
    known.has(name) ? [] : group.filter((pod) => !pod.spec.nodeName && pod.metadata.deletionTimestamp === undefined),
  );
  const fit = nodeFitter(daemonSet);
  const grouped = nodes.map((node) => ({
    name: node.metadata.name,
    fit: fit(node),
    pods: byNode.get(node.metadata.name) ?? [],
  }));
  return { nodes: grouped, stray };
}

/** One pod on each node that wants one; none where it must not be, one more while a surge is under way. */
export function planDaemonPods(input: DaemonInput): DaemonPodsPlan {
  const { nodes, stray } = groupByNode(input);
  const { maxSurge } = updateLimits(input.daemonSet, nodes.filter(({ fit }) => fit.shouldRun).length);
  const create: string[] = [];
  const remove: Pod[] = [...stray];
  const ended: { pod: Pod; node: string }[] = [];
  for (const { name, fit, pods } of nodes) {
    const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    if (fit.shouldRun && pods.length === 0) {
      create.push(name);
    } else if (!fit.shouldContinue) {
      remove.push(...staying);
    } else {
      const isEnded = ({ status }: Pod) => status?.phase === 'Failed' || status?.phase === 'Succeeded';
      ended.push(...staying.filter(isEnded).map((pod) => ({ pod, node: name })));
      const running = staying.filter((pod) => !isEnded(pod)).sort(boundFirst);
      remove.push(...(maxSurge === 0 ? running.slice(1) : beyondSurge(running, input)));
    }
  }
  return { create, remove, ended };
}

function boundFirst(a: Pod, b: Pod): number {
  const bound = Number(b.spec.nodeName !== undefined) - Number(a.spec.nodeName !== undefined);
  return bound !== 0 ? bound : byCreation(a, b);
}

/** While a node surges it keeps one old and one new pod; the old one goes when it isn't ready or the new one is available. */
function beyondSurge(running: readonly Pod[], { daemonSet, hash, now }: DaemonInput): Pod[] {
  if (running.length <= 1) return [];
  const isNew = ({ metadata }: Pod) => metadata.labels?.[REVISION_HASH] === hash;
  const [firstNew, ...moreNew] = running.filter(isNew);
  const [firstOld, ...moreOld] = running.filter((pod) => !isNew(pod));
  const remove = [...moreNew, ...moreOld];
  if (firstNew && firstOld) {
    const replaced = isPodAvailable(firstNew, daemonSet.spec.minReadySeconds ?? 0, now);
    if (replaced || !isPodReady(firstOld)) remove.push(firstOld);
  }
  return remove;
}
