import { isNotFound, type Pod, podKind } from '@coxswain/api';
import type { ApiClient, EventRecorder } from '@coxswain/client';
import type { Clock, Logger } from '@coxswain/foundation';

export interface FailureReporterOptions {
  readonly client: ApiClient;
  readonly recorder: Pick<EventRecorder, 'event'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export type FailureReason = 'Unschedulable' | 'SchedulerError';

export interface Failure {
  readonly reason: FailureReason;
  readonly message: string;
  readonly nominatedNodeName?: string | undefined;
}

/**
 * Tells the user why a pod waits: the event FailedScheduling and the condition PodScheduled=False. Doesn't wait for the
 * server; what is lost is said again at the next attempt.
 */
export function failureReporter({ client, recorder, clock, log }: FailureReporterOptions) {
  const pods = client.resource(podKind);
  /** @param nominatedNodeName status.nominatedNodeName from now on; as it is when absent */
  return async (pod: Pod, { reason, message, nominatedNodeName }: Failure, signal: AbortSignal): Promise<void> => {
    recorder.event(pod, 'Warning', 'FailedScheduling', message);
    const present = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
    const nominated = pod.status?.nominatedNodeName ?? '';
    const renominated = nominatedNodeName !== undefined && nominatedNodeName !== nominated;
    const told = present?.status === 'False' && present.reason === reason && present.message === message;
    if (told && !renominated) return;
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
    const nomination = renominated ? { nominatedNodeName: nominatedNodeName || null } : {};
    const { name, namespace } = pod.metadata;
    try {
      const patch = { type: 'strategic', body: { status: { conditions: [condition], ...nomination } } } as const;
      await pods.patch(name, patch, { namespace, subresource: 'status', signal });
    } catch (error) {
      if (signal.aborted || isNotFound(error)) return;
      log.warn({ pod: `${namespace}/${name}`, reason: (error as Error).message }, 'failed to update pod condition');
    }
  };
}
