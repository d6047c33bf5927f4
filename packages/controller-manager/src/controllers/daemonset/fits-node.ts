import { type DaemonSet, matchesNodeAffinity, type Node, nodeLike, type Taint } from '@coxswain/api';
import { tolerates } from '../nodelifecycle/plan-taint-eviction.ts';
import { withTolerations } from './daemon-pod.ts';

export interface NodeFit {
  /** A pod is wanted there. */
  readonly shouldRun: boolean;
  /** One that is there already may stay. */
  readonly shouldContinue: boolean;
}

const NOWHERE: NodeFit = { shouldRun: false, shouldContinue: false };

/** Whether a DaemonSet's pods belong on a node: by its name, selector, affinity and taints. */
export function fitsNode(daemonSet: DaemonSet, node: Node): NodeFit {
  return nodeFitter(daemonSet)(node);
}

/** The same for many nodes. */
export function nodeFitter({ spec }: DaemonSet): (node: Node) => NodeFit {
  const pod = withTolerations(spec.template.spec);
  return (node) => {
    if (pod.nodeName && pod.nodeName !== node.metadata.name) return NOWHERE;
    if (!matchesNodeAffinity(pod, nodeLike(node))) return NOWHERE;
    const untolerated = (effect: string) =>
      (node.spec?.taints ?? []).some(
        (taint: Taint) => taint.effect === effect && !pod.tolerations?.some((own) => tolerates(own, taint)),
      );
    if (untolerated('NoExecute')) return NOWHERE;
    return { shouldRun: !untolerated('NoSchedule'), shouldContinue: true };
  };
}
