import { isNotFound, nodeKind, type Pod, podKind } from '@coxswain/api';
import { type Controller, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { withDisruptionTarget } from '../../shared/disruption-target.ts';
import { podInformer } from '../../shared/pod-index.ts';
import { isPodTerminal } from '../../shared/pods.ts';
import { planPodGc } from './plan-pod-gc.ts';

const PERIOD_MS = 20_000;
const QUARANTINE_MS = 40_000;
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

/** Takes away pods that have nobody left to end them: their node is gone, they were never scheduled, too many finished. */
export function createPodGarbageCollector(
  context: ControllerContext,
  options: { readonly terminatedPodThreshold: number },
): Controller {
  const { client, clock } = context;
  const pods = podInformer(context.informers);
  const nodes = context.informers.for(nodeKind);
  let missingSince: ReadonlyMap<string, number> = new Map();
  let running = false;

  async function reconcile(_key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    running = true;
    const all = nodes.lister.list();
    const plan = planPodGc({
      pods: pods.lister.list(),
      nodes: new Set(all.map(({ metadata }) => metadata.name)),
      missingSince,
      outOfService: new Set(
        all
          .filter(({ spec }) => spec.taints?.some(({ key }) => key === OUT_OF_SERVICE))
          .map(({ metadata }) => metadata.name),
      ),
      now: clock.now(),
      quarantineMs: QUARANTINE_MS,
      terminatedPodThreshold: options.terminatedPodThreshold,
    });
    missingSince = plan.missingSince;
    for (const pod of [...plan.terminated, ...plan.unscheduled, ...plan.outOfService]) await remove(pod, signal);
    const gone = new Map<string, Promise<boolean>>();
    for (const pod of plan.orphaned) {
      const nodeName = pod.spec.nodeName ?? '';
      const isGone = gone.get(nodeName) ?? nodeIsGone(nodeName, signal);
      gone.set(nodeName, isGone);
      if (await isGone)
        await remove(pod, signal, { reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' });
    }
    const ages = [...missingSince.values()].map((since) => since + QUARANTINE_MS - clock.now()).filter((ms) => ms > 0);
    return requeueAfter(Math.min(PERIOD_MS, ...ages));
  }

  async function nodeIsGone(name: string, signal: AbortSignal): Promise<boolean> {
    try {
      await client.resource(nodeKind).get(name, { signal });
      return false;
    } catch (error) {
      if (isNotFound(error)) return true;
      throw error;
    }
  }

  async function remove(
    pod: Pod,
    signal: AbortSignal,
    disruption?: { readonly reason: string; readonly message: string },
  ): Promise<void> {
    const { name, namespace, uid = '' } = pod.metadata;
    const resource = client.resource(podKind);
    try {
      if (!isPodTerminal(pod)) {
        const failed = disruption
          ? withDisruptionTarget(pod, disruption, clock.now(), 'Failed')
          : { ...pod, status: { ...pod.status, phase: 'Failed' } };
        await resource.updateStatus(failed, { signal });
      }
      await resource.delete(name, { namespace, signal, gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  return {
    name: 'pod-garbage-collector',
    sources: [
      source(nodes, (_node, event) => (event === 'deleted' || !running ? ['pods'] : [])),
      source(pods, () => (running ? [] : ['pods'])),
    ],
    reconcile,
  };
}
