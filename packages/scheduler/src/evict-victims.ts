import { isNotFound, podKind } from '@coxswain/api';
import type { ApiClient, EventRecorder } from '@coxswain/client';
import type { Clock, Logger } from '@coxswain/foundation';
import type { NominatedPods } from './cache/nominated-pods.ts';
import type { PodInfo } from './cache/pod-info.ts';
import type { WaitingPods } from './framework/waiting-pods.ts';

export interface EvictionOptions {
  readonly client: ApiClient;
  readonly recorder: Pick<EventRecorder, 'event'>;
  readonly waitingPods: WaitingPods;
  readonly nominated: NominatedPods;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Makes room for a pod: each victim gets the condition DisruptionTarget and is deleted with its own grace period (one that
 * waits on Permit is sent back instead); pods of lower priority that hoped for the node look elsewhere.
 * Resolves with whether all of it worked.
 */
export function evictor({ client, recorder, waitingPods, nominated, clock, log }: EvictionOptions) {
  const pods = client.resource(podKind);

  async function evict(pod: PodInfo, victim: PodInfo, nodeName: string, signal: AbortSignal): Promise<void> {
    if (victim.terminating) return;
    const { name, namespace, uid } = victim.pod.metadata;
    if (waitingPods.has(victim.uid)) waitingPods.reject(victim.uid, 'preempted');
    else {
      try {
        const body = { status: { conditions: [disruptionTarget(pod, victim, clock.now())] } };
        await pods.patch(name, { type: 'strategic', body }, { namespace, subresource: 'status', signal });
        await pods.delete(name, { namespace, signal, ...(uid ? { preconditions: { uid } } : {}) });
      } catch (error) {
        if (isNotFound(error)) return;
        throw error;
      }
    }
    recorder.event(victim.pod, 'Normal', 'Preempted', `Preempted by pod ${pod.uid} on node ${nodeName}`);
    log.info({ pod: victim.key, preemptor: pod.key, node: nodeName }, 'preemptor pod preempted victim pod');
  }

  async function unNominate({ uid, key, pod }: PodInfo, signal: AbortSignal): Promise<void> {
    nominated.delete(uid);
    const { name, namespace } = pod.metadata;
    try {
      const patch = { type: 'strategic', body: { status: { nominatedNodeName: null } } } as const;
      await pods.patch(name, patch, { namespace, subresource: 'status', signal });
    } catch (error) {
      if (!signal.aborted && !isNotFound(error))
        log.warn({ pod: key, reason: (error as Error).message }, 'cannot clear nominatedNodeName');
    }
  }

  return async (pod: PodInfo, nodeName: string, victims: readonly PodInfo[], signal: AbortSignal): Promise<boolean> => {
    const outbid = nominated.on(nodeName).filter(({ priority, uid }) => priority < pod.priority && uid !== pod.uid);
    await Promise.all(outbid.map((other) => unNominate(other, signal)));
    const results = await Promise.allSettled(victims.map((victim) => evict(pod, victim, nodeName, signal)));
    const errors = results.filter((result) => result.status === 'rejected');
    for (const { reason } of errors)
      if (!signal.aborted) log.error({ pod: pod.key, reason: (reason as Error).message }, 'could not preempt a pod');
    return errors.length === 0;
  };
}

function disruptionTarget({ pod }: PodInfo, victim: PodInfo, now: number) {
  const observed = victim.pod.metadata.generation;
  return {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'PreemptionByScheduler',
    message: `${pod.spec.schedulerName ?? 'default-scheduler'}: preempting to accommodate a higher priority pod`,
    lastProbeTime: null,
    lastTransitionTime: `${new Date(now).toISOString().slice(0, 19)}Z`,
    ...(observed === undefined ? {} : { observedGeneration: observed }),
  };
}
