import type { Container, Pod } from '@coxswain/api';
import { hashContainer } from './hash-container.ts';
import { isSidecar } from './pod-containers.ts';
import { resizeOf } from './resize.ts';
import { type ContainerRuntimeStatus, latestOf, type PodRuntimeStatus } from './runtime-status.ts';
import { restartPolicyOf, restartsAfterExit, shouldRestart } from './should-restart.ts';

export interface ContainerKill {
  readonly id: string;
  readonly name: string;
  /** The text of the Killing event. */
  readonly message: string;
  readonly cause: 'definition' | 'liveness' | 'startup' | 'unknown';
}

/** What must happen for the runtime to hold what the pod says. Names are in the order in which to start. */
export interface PodActions {
  /** Kill the sandbox and whatever runs in it, before anything else. */
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  /** The sandbox to use when none is created. */
  readonly sandboxId: string | undefined;
  /** Attempt number of a sandbox to create. */
  readonly attempt: number;
  readonly containersToKill: readonly ContainerKill[];
  readonly containersToStart: readonly Container[];
  /** Running ones that are to get other limits. */
  readonly containersToUpdate?: readonly { readonly id: string; readonly container: Container }[];
}

/** What the probes say about a running container. */
export interface ProbeVerdicts {
  /** 'failure' kills the container. */
  liveness(containerId: string): 'success' | 'failure' | 'unknown';
  /** 'failure' kills; anything but 'success' holds back what comes after (with a startup probe). */
  startup(containerId: string): 'success' | 'failure' | 'unknown';
}

/** Pure: decides from the pod, the runtime's state and the probes; back-off is the caller's. */
export function computePodActions(pod: Pod, status: PodRuntimeStatus, probes: ProbeVerdicts): PodActions {
  const { changed, attempt, sandboxId } = sandboxState(pod, status);
  if (changed) return withNewSandbox(pod, status, attempt);

  const kills: ContainerKill[] = [];
  const starts: Container[] = [];
  for (const ephemeral of pod.spec.ephemeralContainers ?? [])
    if (!latestOf(status, ephemeral.name)) starts.push(ephemeral as Container);

  const visit = (container: Container) => visitContainer(pod, container, status, probes, kills, starts);
  const initialized = hasInitialized(pod, status);
  let gate: 'open' | 'waiting' | 'failed' = 'open';
  for (const init of pod.spec.initContainers ?? []) {
    if (gate !== 'open') break;
    if (isSidecar(init)) {
      visit(init);
      if (!initialized && !isStarted(init, status, probes)) gate = 'waiting';
    } else if (!initialized) gate = visitInit(pod, init, status, starts);
  }
  const finished = gate === 'failed' || (gate === 'open' && !visitAll(pod.spec.containers, visit, starts));
  const killed = new Set(kills.map(({ id }) => id));
  return {
    containersToUpdate: finished ? [] : resizes(pod, status).filter(({ id }) => !killed.has(id)),
    killPod: finished,
    createSandbox: false,
    sandboxId,
    attempt: 0,
    containersToKill: finished ? [] : kills,
    containersToStart: finished ? [] : starts,
  };
}

function resizes(pod: Pod, status: PodRuntimeStatus): { id: string; container: Container }[] {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers].flatMap((container) => {
    const latest = latestOf(status, container.name);
    if (latest?.state !== 'running' || resizeOf(pod, container, latest) !== 'update') return [];
    return [{ id: latest.id, container }];
  });
}

/** Whether any of these runs or is to be started. */
function visitAll(containers: readonly Container[], visit: (container: Container) => boolean, starts: Container[]) {
  const before = starts.length;
  let kept = false;
  for (const container of containers) kept = visit(container) || kept;
  return kept || starts.length > before;
}

function sandboxState(pod: Pod, status: PodRuntimeStatus): { changed: boolean; attempt: number; sandboxId?: string } {
  const newest = status.sandboxes[0];
  if (!newest) return { changed: true, attempt: 0 };
  const next = { changed: true, attempt: newest.attempt + 1 };
  if (status.sandboxes.filter(({ ready }) => ready).length > 1) return next;
  const hostNetwork = pod.spec.hostNetwork ?? false;
  if (!newest.ready || newest.hostNetwork !== hostNetwork) return next;
  if (!hostNetwork && newest.ips.length === 0) return next;
  return { changed: false, attempt: newest.attempt, sandboxId: newest.id };
}

function withNewSandbox(pod: Pod, status: PodRuntimeStatus, attempt: number): PodActions {
  const hadSandbox = status.sandboxes.length > 0;
  const starts = startsInNewSandbox(pod, status, attempt);
  return {
    killPod: hadSandbox,
    createSandbox: starts.length > 0,
    sandboxId: undefined,
    attempt,
    containersToKill: [],
    containersToStart: starts,
  };
}

/** A new sandbox starts over with the init containers, unless nothing is left to run. */
function startsInNewSandbox(pod: Pod, status: PodRuntimeStatus, attempt: number): Container[] {
  const main = pod.spec.containers;
  if (attempt > 0 && status.containers.length > 0) {
    const initFailed = (pod.spec.initContainers ?? []).some((init) => {
      const latest = latestOf(status, init.name);
      if (isSidecar(init) || latest?.state !== 'exited') return false;
      return latest.exitCode !== 0 && restartPolicyOf(pod, init) === 'Never';
    });
    if (initFailed) return [];
    const neverRan = main.every(({ name }) => !latestOf(status, name));
    if (!neverRan || pod.metadata.deletionTimestamp) {
      const again = main.filter((container) => shouldRunAgain(pod, container, status));
      if (again.length === 0) return [];
    }
  }
  const [first] = pod.spec.initContainers ?? [];
  if (first) return [first];
  return main.filter((container) => attempt === 0 || shouldRunAgain(pod, container, status));
}

/** With the sandbox gone, whatever ran in it has ended. */
function shouldRunAgain(pod: Pod, container: Container, status: PodRuntimeStatus): boolean {
  const latest = latestOf(status, container.name);
  if (latest?.state !== 'running') return shouldRestart(pod, container, status);
  return restartPolicyOf(pod, container) !== 'Never' && !pod.metadata.deletionTimestamp;
}

/** True once any main container exists in the sandbox at hand: then no init container runs again. */
function hasInitialized(pod: Pod, status: PodRuntimeStatus): boolean {
  const since = status.sandboxes[0]?.createdAt ?? 0;
  return pod.spec.containers.some(({ name }) => {
    const latest = latestOf(status, name);
    return latest !== undefined && latest.createdAt >= since;
  });
}

function visitInit(
  pod: Pod,
  init: Container,
  status: PodRuntimeStatus,
  starts: Container[],
): 'open' | 'waiting' | 'failed' {
  const latest = latestOf(status, init.name);
  const since = status.sandboxes[0]?.createdAt ?? 0;
  if (!latest || latest.createdAt < since) {
    starts.push(init);
    return 'waiting';
  }
  if (latest.state === 'running') return 'waiting';
  if (latest.state === 'exited' && latest.exitCode === 0) return 'open';
  if (latest.state === 'exited' && !restartsInit(pod, init, latest)) return 'failed';
  starts.push(init);
  return 'waiting';
}

/** A failed init container runs again unless the pod never restarts anything. */
function restartsInit(pod: Pod, init: Container, latest: ContainerRuntimeStatus): boolean {
  if (pod.metadata.deletionTimestamp) return false;
  return restartPolicyOf(pod, init) !== 'Never' && restartsAfterExit(pod, init, latest);
}

/** Whether the container stays as it is; otherwise notes what to do. */
function visitContainer(
  pod: Pod,
  container: Container,
  status: PodRuntimeStatus,
  probes: ProbeVerdicts,
  kills: ContainerKill[],
  starts: Container[],
): boolean {
  const latest = latestOf(status, container.name);
  if (latest?.state !== 'running') {
    if (shouldRestart(pod, container, status)) {
      starts.push(container);
      if (latest?.state === 'unknown')
        kills.push({
          id: latest.id,
          name: container.name,
          message: `Container is in "Unknown" state, try killing it before restart`,
          cause: 'unknown',
        });
    }
    return false;
  }
  const kill = reasonToKill(pod, container, latest, probes);
  if (!kill) return true;
  kills.push(kill);
  if (kill.cause === 'definition' || restartPolicyOf(pod, container) !== 'Never') starts.push(container);
  return true;
}

function reasonToKill(
  pod: Pod,
  container: Container,
  running: ContainerRuntimeStatus,
  probes: ProbeVerdicts,
): ContainerKill | undefined {
  const { id } = running;
  const { name } = container;
  if (running.hash !== '' && running.hash !== hashContainer(container))
    return { id, name, message: `Container ${name} definition changed, will be restarted`, cause: 'definition' };
  if (resizeOf(pod, container, running) === 'restart')
    return { id, name, message: `Container ${name} resize requires restart`, cause: 'definition' };
  if (container.livenessProbe && probes.liveness(id) === 'failure')
    return { id, name, message: `Container ${name} failed liveness probe, will be restarted`, cause: 'liveness' };
  if (container.startupProbe && probes.startup(id) === 'failure')
    return { id, name, message: `Container ${name} failed startup probe, will be restarted`, cause: 'startup' };
  return undefined;
}

function isStarted(container: Container, status: PodRuntimeStatus, probes: ProbeVerdicts): boolean {
  const latest = latestOf(status, container.name);
  if (latest?.state !== 'running') return false;
  return !container.startupProbe || probes.startup(latest.id) === 'success';
}
