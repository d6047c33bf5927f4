import type { ContainerStatus, Pod } from '@coxswain/api';
import { isSidecar } from '../container/pod-containers.ts';
import type { ContainerStatusLists } from './container-statuses.ts';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** The pod's phase by upstream's rules. `final`: nothing is started any more. */
export function podPhase(pod: Pod, statuses: ContainerStatusLists, final: boolean): PodPhase {
  const restartPolicy = pod.spec.restartPolicy ?? 'Always';
  const { pending, failed } = countInit(pod, statuses.init);
  const counts = { waiting: 0, running: 0, stopped: 0, succeeded: 0 };
  for (const { state, lastState } of statuses.main) {
    if (state?.running) counts.running++;
    else if (state?.terminated) {
      counts.stopped++;
      if (state.terminated.exitCode === 0) counts.succeeded++;
    } else if (lastState?.terminated) counts.stopped++;
    else counts.waiting++;
  }
  if (failed > 0 && restartPolicy === 'Never') return 'Failed';
  if (final && counts.running === 0) {
    if (failed > 0 || counts.stopped === 0 || pending > 0) return 'Failed';
    return counts.waiting === 0 && counts.succeeded === counts.stopped ? 'Succeeded' : 'Failed';
  }
  if ((pending > 0 || failed > 0) && counts.running === 0 && counts.stopped === 0) return 'Pending';
  if (counts.waiting > 0) return 'Pending';
  if (counts.running > 0) return 'Running';
  if (counts.stopped === 0) return 'Pending';
  if (restartPolicy === 'Always') return 'Running';
  if (statuses.init.some(({ state, name }) => state?.running && isSidecarName(pod, name))) return 'Running';
  if (counts.stopped === counts.succeeded) return 'Succeeded';
  return restartPolicy === 'Never' ? 'Failed' : 'Running';
}

function countInit(pod: Pod, statuses: readonly ContainerStatus[]): { pending: number; failed: number } {
  let pending = 0;
  let failed = 0;
  for (const { name, state, lastState, started } of statuses) {
    if (isSidecarName(pod, name)) {
      if (!started) pending++;
      continue;
    }
    const ended = state?.terminated ?? (state?.running ? undefined : lastState?.terminated);
    if (!ended) pending++;
    else if (ended.exitCode !== 0) failed++;
  }
  return { pending, failed };
}

function isSidecarName(pod: Pod, name: string): boolean {
  return (pod.spec.initContainers ?? []).some((container) => container.name === name && isSidecar(container));
}
