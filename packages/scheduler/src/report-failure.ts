import { isNotFound, type Pod, podKind } from '@coxswain/api';
import type { ApiClient, EventRecorder } from '@coxswain/client';
import type { Clock, Logger } from '@coxswain/foundation';

export interface FailureReporterOptions {
  readonly client: ApiClient;
  readonly recorder: EventRecorder;
  readonly clock: Clock;
  readonly log: Logger;
}

export type FailureReason = 'Unschedulable' | 'SchedulerError';

/**
 * Tells the user why a pod waits: the event FailedScheduling and the condition PodScheduled=False. Doesn't wait for the
 * server; what is lost is said again at the next attempt.
 */
export function failureReporter({ client, recorder, clock, log }: FailureReporterOptions) {
  const pods = client.resource(podKind);
  return async (pod: Pod, reason: FailureReason, message: string, signal: AbortSignal): Promise<void> => {
    recorder.event(pod, 'Warning', 'FailedScheduling', message);
    const present = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
    if (present?.status === 'False' && present.reason === reason && present.message === message) return;
    const now = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
    const lastTransitionTime = present?.status === 'False' ? (present.lastTransitionTime ?? now) : now;
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason,
      message,
      lastProbeTime: null,
      lastTransitionTime,
    };
    const { name, namespace } = pod.metadata;
    try {
      const patch = { type: 'strategic', body: { status: { conditions: [condition] } } } as const;
      await pods.patch(name, patch, { namespace, subresource: 'status', signal });
    } catch (error) {
      if (signal.aborted || isNotFound(error)) return;
      log.warn({ pod: `${namespace}/${name}`, reason: (error as Error).message }, 'failed to update pod condition');
    }
  };
}
