import { deepEqual, isNotFound, type Node, nodeKind, objectKey, type Pod, podKind } from '@coxswain/api';
import { type Controller, done, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { withDisruptionTarget } from '../../shared/disruption-target.ts';
import { podInformer, podsOfNode } from '../../shared/pod-index.ts';
import { isPodTerminal } from '../../shared/pods.ts';
import { planTaintEviction } from './plan-taint-eviction.ts';

/** Deletes pods that don't tolerate a NoExecute taint of their node, or have tolerated it long enough. */
export function createTaintEvictionController(context: ControllerContext): Controller {
  const { client, clock } = context;
  const nodes = context.informers.for(nodeKind);
  const pods = podInformer(context.informers);
  const events = context.eventsOf('taint-eviction-controller');
  /** When a pod's time began to run, for taints without timeAdded. */
  const waiting = new Map<string, { readonly uid: string | undefined; readonly since: number }>();

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    const pod = pods.lister.get(key);
    const taints = noExecute(pod?.spec.nodeName ? nodes.lister.get(pod.spec.nodeName) : undefined);
    if (!pod || pod.metadata.deletionTimestamp !== undefined || taints.length === 0 || isPodTerminal(pod)) {
      if (waiting.delete(key) && pod && taints.length === 0) cancelled(pod);
      return done;
    }
    const now = clock.now();
    const known = waiting.get(key);
    const since = known?.uid === pod.metadata.uid ? (known?.since ?? now) : now;
    const plan = planTaintEviction(pod, taints, since);
    if (plan.kind === 'stay') {
      if (waiting.delete(key)) cancelled(pod);
      return done;
    }
    waiting.set(key, { uid: pod.metadata.uid, since });
    if (plan.at > now) return requeueAfter(plan.at - now);
    await evict(pod, signal);
    waiting.delete(key);
    return done;
  }

  async function evict(pod: Pod, signal: AbortSignal): Promise<void> {
    const { name, namespace, uid = '' } = pod.metadata;
    events.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${objectKey(pod)}`);
    const reason = { reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' };
    try {
      await client.resource(podKind).updateStatus(withDisruptionTarget(pod, reason, clock.now()), { signal });
      await client.resource(podKind).delete(name, { namespace, signal, preconditions: { uid } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  function cancelled(pod: Pod): void {
    events.event(pod, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${objectKey(pod)}`);
  }

  return {
    name: 'taint-eviction-controller',
    sources: [
      source(pods, (pod, event, old) => (concerns(pod, event, old) ? [objectKey(pod)] : [])),
      source(nodes, (node, event, old) => {
        if (event === 'deleted' || (event === 'updated' && deepEqual(noExecute(node), noExecute(old)))) return [];
        if (event === 'added' && noExecute(node).length === 0) return [];
        return podsOfNode(pods, node.metadata.name).map(objectKey);
      }),
    ],
    reconcile,
  };

  function concerns(pod: Pod, event: 'added' | 'updated' | 'deleted', old: Pod | undefined): boolean {
    if (event === 'deleted') return waiting.has(objectKey(pod));
    if (event === 'added') return pod.spec.nodeName !== undefined;
    return pod.spec.nodeName !== old?.spec.nodeName || !deepEqual(pod.spec.tolerations, old?.spec.tolerations);
  }
}

function noExecute(node: Node | undefined) {
  return (node?.spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
}
