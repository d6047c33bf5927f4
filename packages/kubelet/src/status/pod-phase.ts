import type { Container, ContainerStatus, Pod } from '@coxswain/api';
import { isSidecar } from '../container/pod-containers.ts';
import { restartsAfterExit } from '../container/should-restart.ts';
import type { ContainerStatusLists } from './container-statuses.ts';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** The pod's phase by upstream's rules. `final`: nothing is started any more. */
export function podPhase(pod: Pod, statuses: ContainerStatusLists, final: boolean): PodPhase {
  const { pending, failed, lost } = countInit(pod, statuses.init);
  const counts = { waiting: 0, running: 0, stopped: 0, succeeded: 0, again: 0 };
  for (const { name, state, lastState } of statuses.main) {
    if (state?.running) counts.running++;
    else if (state?.terminated) {
      counts.stopped++;
      if (state.terminated.exitCode === 0) counts.succeeded++;
      if (restarts(pod, pod.spec.containers, name, state.terminated.exitCode)) counts.again++;
    } else if (lastState?.terminated) {
      counts.stopped++;
      counts.again++;
    } else counts.waiting++;
  }
  if (lost > 0) return 'Failed';
  if (final && counts.running === 0) {
    if (failed > 0 || counts.stopped === 0 || pending > 0) return 'Failed';
    return counts.waiting === 0 && counts.succeeded === counts.stopped ? 'Succeeded' : 'Failed';
  }
  if ((pending > 0 || failed > 0) && counts.running === 0 && counts.stopped === 0) return 'Pending';
  if (counts.waiting > 0) return 'Pending';
  if (counts.running > 0) return 'Running';
  if (counts.stopped === 0) return 'Pending';
  if (counts.again > 0) return 'Running';
  if (statuses.init.some(({ state, name }) => state?.running && isSidecarName(pod, name))) return 'Running';
  return counts.stopped === counts.succeeded ? 'Succeeded' : 'Failed';
}

interface InitCounts {
  readonly pending: number;
  readonly failed: number;
  /** Failed ones that are not tried again. */
  readonly lost: number;
}

function countInit(pod: Pod, statuses: readonly ContainerStatus[]): InitCounts {
  let pending = 0;
  let failed = 0;
  let lost = 0;
  for (const { name, state, lastState, started } of statuses) {
    if (isSidecarName(pod, name)) {
      if (!started) pending++;
      continue;
    }
    const ended = state?.terminated ?? (state?.running ? undefined : lastState?.terminated);
    if (!ended) pending++;
    else if (ended.exitCode !== 0) {
      failed++;
      if (!restarts(pod, pod.spec.initContainers, name, ended.exitCode)) lost++;
    }
  }
  return { pending, failed, lost };
}

/** Whether a container that ended so is started again. */
function restarts(pod: Pod, containers: readonly Container[] | undefined, name: string, exitCode: number): boolean {
  const container = containers?.find((each) => each.name === name);
  return container !== undefined && restartsAfterExit(pod, container, { exitCode });
}

function isSidecarName(pod: Pod, name: string): boolean {
  return (pod.spec.initContainers ?? []).some((container) => container.name === name && isSidecar(container));
}
