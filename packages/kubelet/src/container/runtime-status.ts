import { type ContainerStatus, type LinuxContainerUser, nanosToMs, type PodSandboxStatus } from '@coxswain/cri';
import { absolutePath } from './absolute-path.ts';
import {
  CONTAINER_NAME_LABEL,
  HASH_ANNOTATION,
  POD_GRACE_ANNOTATION,
  RESTART_COUNT_ANNOTATION,
  TERMINATION_PATH_ANNOTATION,
  TERMINATION_POLICY_ANNOTATION,
} from './names.ts';
import { type EnforcedResources, enforcedResources } from './resize.ts';
import { fromRuntimeSignal } from './stop-signal.ts';

/** What the runtime knows of one pod. Lists are newest first. */
export interface PodRuntimeStatus {
  readonly uid: string;
  readonly sandboxes: readonly SandboxRuntimeStatus[];
  readonly containers: readonly ContainerRuntimeStatus[];
}

export interface SandboxRuntimeStatus {
  readonly id: string;
  readonly attempt: number;
  readonly ready: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Empty with the node's network or without one. */
  readonly ips: readonly string[];
  readonly hostNetwork: boolean;
}

export type RuntimeState = 'created' | 'running' | 'exited' | 'unknown';

export interface ContainerRuntimeStatus {
  readonly id: string;
  readonly sandboxId: string;
  readonly name: string;
  readonly state: RuntimeState;
  /** Milliseconds since the epoch, 0 for never. */
  readonly createdAt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  /** The image as the spec names it. */
  readonly image: string;
  readonly imageRef: string;
  /** Of the container's spec when it was created; '' for one made by something else. */
  readonly hash: string;
  readonly restartCount: number;
  readonly logPath: string;
  readonly terminationMessagePolicy: string;
  /** Host path of the termination message file, '' without one. */
  readonly terminationMessageFile: string;
  /** Seconds, of the pod when the container was created. */
  readonly gracePeriod: number | undefined;
  /** What the runtime says that it enforces. */
  readonly enforced?: EnforcedResources | undefined;
  /** The signal that asks it to end, in the API's words; undefined where the runtime doesn't say. */
  readonly stopSignal?: string | undefined;
  /** Whom its first process runs as; undefined where the runtime doesn't say. */
  readonly user?: LinuxContainerUser | undefined;
}

export function emptyRuntimeStatus(uid: string): PodRuntimeStatus {
  return { uid, sandboxes: [], containers: [] };
}

export function toSandboxStatus(status: PodSandboxStatus): SandboxRuntimeStatus {
  const { network } = status;
  const ips = network?.ip ? [network.ip, ...network.additionalIps.map(({ ip }) => ip)] : [];
  return {
    id: status.id,
    attempt: status.metadata?.attempt ?? 0,
    ready: status.state === 'SANDBOX_READY',
    createdAt: nanosToMs(status.createdAt),
    ips,
    hostNetwork: status.linux?.namespaces?.options?.network === 'NODE',
  };
}

const STATES: Record<ContainerStatus['state'], RuntimeState> = {
  CONTAINER_CREATED: 'created',
  CONTAINER_RUNNING: 'running',
  CONTAINER_EXITED: 'exited',
  CONTAINER_UNKNOWN: 'unknown',
};

export function toContainerStatus(status: ContainerStatus, sandboxId: string): ContainerRuntimeStatus {
  const { labels, annotations } = status;
  const terminationPath = annotations[TERMINATION_PATH_ANNOTATION];
  const grace = annotations[POD_GRACE_ANNOTATION];
  return {
    id: status.id,
    sandboxId,
    name: labels[CONTAINER_NAME_LABEL] ?? status.metadata?.name ?? '',
    state: STATES[status.state] ?? 'unknown',
    createdAt: nanosToMs(status.createdAt),
    startedAt: nanosToMs(status.startedAt),
    finishedAt: nanosToMs(status.finishedAt),
    exitCode: status.exitCode,
    reason: status.reason,
    message: status.message,
    image: status.image?.userSpecifiedImage || status.image?.image || '',
    imageRef: status.imageRef || status.imageId,
    hash: annotations[HASH_ANNOTATION] ?? '',
    restartCount: Number(annotations[RESTART_COUNT_ANNOTATION] ?? status.metadata?.attempt ?? 0),
    logPath: status.logPath,
    terminationMessagePolicy: annotations[TERMINATION_POLICY_ANNOTATION] ?? 'File',
    terminationMessageFile: terminationPath
      ? (status.mounts.find(({ containerPath }) => containerPath === absolutePath(terminationPath))?.hostPath ?? '')
      : '',
    gracePeriod: grace === undefined ? undefined : Number(grace),
    enforced: enforcedResources(status.resources?.linux),
    stopSignal: fromRuntimeSignal(status.stopSignal),
    user: status.user?.linux,
  };
}

/** Newest first; of two created in the same instant the one with more restarts is newer. */
export function newestFirst(a: ContainerRuntimeStatus, b: ContainerRuntimeStatus): number {
  return b.createdAt - a.createdAt || b.restartCount - a.restartCount;
}

/** The newest container of this name. */
export function latestOf(status: PodRuntimeStatus, name: string): ContainerRuntimeStatus | undefined {
  return status.containers.find((container) => container.name === name);
}

/** The pod's addresses: those of its newest ready sandbox. */
export function podIPsOf(status: PodRuntimeStatus): readonly string[] {
  return status.sandboxes.find(({ ready }) => ready)?.ips ?? [];
}
