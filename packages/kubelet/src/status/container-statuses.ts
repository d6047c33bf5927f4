import type { Container, ContainerState, ContainerStatus, Pod } from '@coxswain/api';
import { isSidecar, type PodContainer, podContainers } from '../container/pod-containers.ts';
import { resizeOf } from '../container/resize.ts';
import type { ContainerRuntimeStatus, PodRuntimeStatus } from '../container/runtime-status.ts';
import { shouldRestart } from '../container/should-restart.ts';
import { capTerminationMessages } from './cap-termination-messages.ts';
import { toApiTime } from './time.ts';
import { volumeMountStatuses } from './volume-mount-statuses.ts';

export interface WaitingReason {
  readonly reason: string;
  readonly message: string;
}

/** What is needed beside pod and runtime to say how containers are. */
export interface ContainerStatusInput {
  /** Why the last start of this container failed or is put off. */
  waiting(container: string): WaitingReason | undefined;
  /** Whether the running container of this id passed its readiness probe. */
  ready(containerId: string): boolean;
  /** Whether it passed its startup probe. */
  started(containerId: string): boolean;
  /** `docker`, of `docker://<id>`. */
  readonly runtimeName: string;
  /** Whether the runtime can make mounts read-only throughout. */
  readonly recursiveReadOnlyMounts: boolean;
  /** Nothing is started any more: whatever isn't running has ended. */
  readonly final: boolean;
}

export interface ContainerStatusLists {
  readonly init: ContainerStatus[];
  readonly main: ContainerStatus[];
  readonly ephemeral: ContainerStatus[];
}

/** Statuses of all containers: init and ephemeral ones in the order of the spec, main ones by name, as upstream. */
export function containerStatuses(
  pod: Pod,
  runtime: PodRuntimeStatus,
  input: ContainerStatusInput,
): ContainerStatusLists {
  const initialized = pod.spec.containers.some(({ name }) => runtime.containers.some((each) => each.name === name));
  const lists: ContainerStatusLists = { init: [], main: [], ephemeral: [] };
  for (const each of podContainers(pod)) lists[each.role].push(oneStatus(pod, each, runtime, initialized, input));
  lists.main.sort((a, b) => (a.name < b.name ? -1 : 1));
  const count = lists.init.length + lists.main.length + lists.ephemeral.length;
  const capped = (statuses: readonly ContainerStatus[]) => capTerminationMessages(statuses, count);
  return { init: capped(lists.init), main: capped(lists.main), ephemeral: capped(lists.ephemeral) };
}

function oneStatus(
  pod: Pod,
  { container, role }: PodContainer,
  runtime: PodRuntimeStatus,
  initialized: boolean,
  input: ContainerStatusInput,
): ContainerStatus {
  const { name } = container;
  const [current, ...older] = runtime.containers.filter((each) => each.name === name);
  const old = oldStatusOf(pod, name);
  if (!current) return withoutContainer(pod, container, role, old, initialized, input);

  const state = stateOf(current, input);
  const previous = older.find((each) => each.state === 'exited');
  const lastState = previous ? stateOf(previous, input) : (restarted(old, current.id) ?? {});
  const isReady = current.state === 'running' && input.ready(current.id);
  const status: ContainerStatus = {
    name,
    state,
    lastState,
    ready: isReady,
    restartCount: current.restartCount,
    image: current.image || container.image || '',
    imageID: current.imageRef,
    containerID: `${input.runtimeName}://${current.id}`,
    started: current.state === 'running' && input.started(current.id),
    ...volumeMountStatuses(container, input.recursiveReadOnlyMounts),
    ...userOf(current, old),
    ...(current.stopSignal === undefined ? {} : { stopSignal: current.stopSignal }),
    ...(current.state === 'running' ? resourcesOf(pod, container, current, old) : {}),
  };
  if (role === 'init' && !isSidecar(container)) {
    status.ready = current.state === 'exited' && current.exitCode === 0;
    status.started = false;
    if (status.ready) return status;
  }
  if (role === 'ephemeral') status.ready = false;
  return withWaitingReason(pod, container, status, runtime, input);
}

/** A container that is to run again shows why it doesn't yet; what it did last is its last state. */
function withWaitingReason(
  pod: Pod,
  container: Container,
  status: ContainerStatus,
  runtime: PodRuntimeStatus,
  input: ContainerStatusInput,
): ContainerStatus {
  const waiting = input.waiting(container.name);
  if (!waiting || input.final || status.state?.running || !shouldRestart(pod, container, runtime)) return status;
  const lastState = status.state?.terminated ? { terminated: status.state.terminated } : (status.lastState ?? {});
  return { ...status, state: { waiting: { ...waiting } }, lastState, started: false };
}

function withoutContainer(
  pod: Pod,
  container: Container,
  role: PodContainer['role'],
  old: ContainerStatus | undefined,
  initialized: boolean,
  input: ContainerStatusInput,
): ContainerStatus {
  const base = {
    name: container.name,
    ready: false,
    image: container.image ?? '',
    imageID: '',
    started: false,
    ...volumeMountStatuses(container, input.recursiveReadOnlyMounts),
  };
  if (old?.state?.terminated) return { ...old };
  if (role === 'init' && initialized && !isSidecar(container))
    return { ...base, restartCount: 0, ready: true, state: { terminated: { exitCode: 0, reason: 'Completed' } } };
  const ran = old?.state?.running !== undefined || old?.lastState?.terminated !== undefined;
  const lost = { exitCode: 137, reason: 'ContainerStatusUnknown' };
  if (input.final && old?.state?.running)
    return {
      ...old,
      ready: false,
      started: false,
      state: {
        terminated: { ...lost, message: 'The container could not be located when the pod was terminated' },
      },
    };
  const reason = initialized || (pod.spec.initContainers ?? []).length === 0 ? 'ContainerCreating' : 'PodInitializing';
  return {
    ...base,
    state: { waiting: { ...(input.waiting(container.name) ?? { reason }) } },
    lastState: old?.state?.running
      ? {
          terminated: { ...lost, message: 'The container could not be located when the pod was deleted.' },
        }
      : (old?.lastState ?? {}),
    restartCount: ran ? (old?.restartCount ?? 0) : 0,
  };
}

function oldStatusOf(pod: Pod, name: string): ContainerStatus | undefined {
  const {
    initContainerStatuses = [],
    containerStatuses: main = [],
    ephemeralContainerStatuses = [],
  } = pod.status ?? {};
  return [...initContainerStatuses, ...main, ...ephemeralContainerStatuses].find((status) => status.name === name);
}

/** What the API already says of how an earlier container ended, once its record is gone from the runtime. */
function restarted(old: ContainerStatus | undefined, id: string): ContainerState | undefined {
  if (!old) return undefined;
  if (old.containerID?.endsWith(id)) return old.lastState;
  return old.state?.terminated ? { terminated: old.state.terminated } : old.lastState;
}

function stateOf(container: ContainerRuntimeStatus, input: ContainerStatusInput): ContainerState {
  switch (container.state) {
    case 'running':
      return { running: { startedAt: toApiTime(container.startedAt) } };
    case 'exited':
      return {
        terminated: {
          exitCode: container.exitCode,
          reason: container.reason || (container.exitCode === 0 ? 'Completed' : 'Error'),
          ...(container.message ? { message: container.message } : {}),
          ...(container.startedAt > 0 ? { startedAt: toApiTime(container.startedAt) } : {}),
          ...(container.finishedAt > 0 ? { finishedAt: toApiTime(container.finishedAt) } : {}),
          containerID: `${input.runtimeName}://${container.id}`,
        },
      };
    default:
      return { waiting: { ...(input.waiting(container.name) ?? { reason: 'ContainerCreating' }) } };
  }
}

/** KEP-3619. What the API already says of this container stays when the runtime has forgotten. */
function userOf({ id, user }: ContainerRuntimeStatus, old: ContainerStatus | undefined): Pick<ContainerStatus, 'user'> {
  if (!user) return old?.user && old.containerID?.endsWith(`://${id}`) ? { user: old.user } : {};
  const { uid, gid, supplementalGroups } = user;
  return { user: { linux: { uid, gid, supplementalGroups: [...supplementalGroups] } } };
}

/** While a resize is under way the status still says what is enforced. */
function resourcesOf(
  pod: Pod,
  container: Container,
  current: ContainerRuntimeStatus,
  old: ContainerStatus | undefined,
): Partial<ContainerStatus> {
  const { limits, requests } = container.resources ?? {};
  if (old?.resources && resizeOf(pod, container, current) !== 'none')
    return { ...(requests ? { allocatedResources: requests } : {}), resources: old.resources };
  if (!limits && !requests) return {};
  return {
    ...(requests ? { allocatedResources: requests } : {}),
    resources: { ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) },
  };
}
