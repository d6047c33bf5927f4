import type { ContainerConfig, ContainerState } from '../messages/container.ts';
import type { PodSandboxConfig, PodSandboxState } from '../messages/sandbox.ts';
import type { FakeProcess } from './fake-runtime.ts';

export interface FakeSandbox {
  readonly id: string;
  readonly config: PodSandboxConfig;
  readonly createdAt: bigint;
  /** '' with the node's network. */
  readonly ip: string;
  state: PodSandboxState;
}

export interface FakeContainer {
  readonly id: string;
  readonly sandboxId: string;
  readonly imageId: string;
  readonly createdAt: bigint;
  readonly logPath: string;
  /** Aborts when the container ends. */
  readonly ended: AbortController;
  config: ContainerConfig;
  process: FakeProcess;
  state: ContainerState;
  startedAt: bigint;
  finishedAt: bigint;
  exitCode: number;
  reason: string;
  message: string;
}

export function sandboxMessage({ id, config, state, createdAt }: FakeSandbox) {
  const { metadata, labels, annotations } = config;
  return { id, metadata, state, createdAt, labels, annotations };
}

export function sandboxStatus(sandbox: FakeSandbox) {
  const options = sandbox.config.linux?.securityContext?.namespaceOptions;
  return {
    ...sandboxMessage(sandbox),
    network: { ip: sandbox.ip },
    linux: { namespaces: { options } },
  };
}

export function containerMessage(container: FakeContainer) {
  const { id, sandboxId, config, state, createdAt, imageId } = container;
  const { metadata, image, labels, annotations } = config;
  return {
    id,
    podSandboxId: sandboxId,
    metadata,
    image,
    imageRef: imageId,
    imageId,
    state,
    createdAt,
    labels,
    annotations,
  };
}

export function containerStatus(container: FakeContainer) {
  const { id, config, state, createdAt, startedAt, finishedAt, exitCode, reason, message, logPath, imageId } =
    container;
  const { metadata, image, labels, annotations, mounts } = config;
  return {
    id,
    metadata,
    state,
    createdAt,
    startedAt,
    finishedAt,
    exitCode,
    reason,
    message,
    logPath,
    image,
    imageRef: imageId,
    imageId,
    labels,
    annotations,
    mounts,
    resources: { linux: config.linux?.resources },
  };
}
