import {
  type Container,
  type ContainerState,
  type ContainerStatus,
  type Input,
  type LinuxContainerUser,
  type Mount,
  type PodSandbox,
  type PodSandboxState,
  type PodSandboxStatus,
  parseNanos,
} from '@coxswain/cri';
import type { Entry } from './container-store.ts';
import type { ImageNaming } from './image-names.ts';
import { fromHostConfig } from './resources.ts';
import { fromDockerSignal } from './signals.ts';

/** A sandbox is ready while its pause process runs, with its network set up (`ips`, undefined before that). */
export function sandboxState(entry: Entry, ips: readonly string[] | undefined): PodSandboxState {
  return entry.docker.State.Running && ips !== undefined ? 'SANDBOX_READY' : 'SANDBOX_NOTREADY';
}

export function sandboxMessage(entry: Entry, ips: readonly string[] | undefined): Input<PodSandbox> {
  return {
    id: entry.id,
    metadata: entry.pod,
    state: sandboxState(entry, ips),
    createdAt: entry.createdAt,
    labels: entry.labels,
    annotations: entry.annotations,
    runtimeHandler: entry.record.runtimeHandler ?? '',
  };
}

export function sandboxStatus(entry: Entry, ips: readonly string[] | undefined): Input<PodSandboxStatus> {
  const [ip = '', ...additional] = ips ?? [];
  return {
    ...sandboxMessage(entry, ips),
    network: { ip, additionalIps: additional.map((other) => ({ ip: other })) },
    linux: { namespaces: { options: entry.record.namespaces } },
  };
}

/** A container that could not be started has an error while Docker still calls it created. */
function cannotRun({ State }: Entry['docker']): boolean {
  return !State.Running && State.Status === 'created' && (State.Error !== '' || State.ExitCode !== 0);
}

export function containerState(entry: Entry): ContainerState {
  const { docker } = entry;
  if (docker.State.Running) return 'CONTAINER_RUNNING';
  if (docker.State.Status === 'created') return cannotRun(docker) ? 'CONTAINER_EXITED' : 'CONTAINER_CREATED';
  return docker.State.Status === 'exited' || docker.State.Status === 'dead' ? 'CONTAINER_EXITED' : 'CONTAINER_UNKNOWN';
}

export function containerMessage(entry: Entry, naming: ImageNaming): Input<Container> {
  return {
    id: entry.id,
    podSandboxId: entry.sandboxId,
    metadata: entry.container,
    image: { image: imageName(entry, naming) },
    imageRef: naming.ref,
    imageId: entry.docker.Image,
    state: containerState(entry),
    createdAt: entry.createdAt,
    labels: entry.labels,
    annotations: entry.annotations,
  };
}

/** `oomKilled` of one that has ended: memory ran out. `user` of one that runs. */
export function containerStatus(
  entry: Entry,
  naming: ImageNaming,
  oomKilled: boolean,
  user?: LinuxContainerUser,
): Input<ContainerStatus> {
  const { docker } = entry;
  const { State, HostConfig, Config } = docker;
  const state = containerState(entry);
  const ended = state === 'CONTAINER_EXITED';
  const failed = cannotRun(docker);
  const finishedAt = failed
    ? parseNanos(State.FinishedAt) || entry.createdAt
    : ended
      ? parseNanos(State.FinishedAt)
      : 0n;
  return {
    id: entry.id,
    metadata: entry.container,
    state,
    createdAt: entry.createdAt,
    startedAt: failed ? entry.createdAt : startedAt(State.StartedAt, finishedAt),
    finishedAt,
    exitCode: ended ? State.ExitCode : 0,
    reason: ended ? exitReason(entry, oomKilled) : '',
    message: State.Error,
    image: { image: imageName(entry, naming) },
    imageRef: naming.ref,
    imageId: docker.Image,
    labels: entry.labels,
    annotations: entry.annotations,
    logPath: entry.logPath,
    mounts: (docker.Mounts ?? []).filter(({ Type }) => Type === 'bind').map(toMount),
    resources: { linux: fromHostConfig(HostConfig) },
    ...(user ? { user: { linux: user } } : {}),
    stopSignal: fromDockerSignal(Config.StopSignal ?? ''),
  };
}

/** Docker notes the start of a very short process after its end. */
function startedAt(text: string, finishedAt: bigint): bigint {
  const nanos = parseNanos(text);
  return finishedAt > 0n && nanos > finishedAt ? finishedAt : nanos;
}

function toMount({
  Source,
  Destination,
  RW,
  Propagation,
}: NonNullable<Entry['docker']['Mounts']>[number]): Input<Mount> {
  const propagation = Propagation.endsWith('shared')
    ? 'PROPAGATION_BIDIRECTIONAL'
    : Propagation.endsWith('slave')
      ? 'PROPAGATION_HOST_TO_CONTAINER'
      : 'PROPAGATION_PRIVATE';
  return { hostPath: Source, containerPath: Destination, readonly: !RW, propagation };
}

function exitReason(entry: Entry, oomKilled: boolean): string {
  const { State } = entry.docker;
  if (cannotRun(entry.docker)) return 'ContainerCannotRun';
  if (oomKilled) return 'OOMKilled';
  return State.ExitCode === 0 ? 'Completed' : 'Error';
}

function imageName(entry: Entry, { tag }: ImageNaming): string {
  const asked = entry.record.image ?? '';
  return asked !== '' && !asked.startsWith('sha256:') ? asked : tag || entry.docker.Config.Image;
}
