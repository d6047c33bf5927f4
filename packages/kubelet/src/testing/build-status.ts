import type { Container } from '@coxswain/api';
import { hashContainer } from '../container/hash-container.ts';
import type { ContainerRuntimeStatus, PodRuntimeStatus, SandboxRuntimeStatus } from '../container/runtime-status.ts';

export function buildSandbox(more: Partial<SandboxRuntimeStatus> = {}): SandboxRuntimeStatus {
  return { id: 's0', attempt: 0, ready: true, createdAt: 1000, ips: ['10.244.0.2'], hostNetwork: false, ...more };
}

export function buildContainerStatus(
  container: Container,
  more: Partial<ContainerRuntimeStatus> = {},
): ContainerRuntimeStatus {
  return {
    id: `id-${container.name}-${more.restartCount ?? 0}`,
    sandboxId: 's0',
    name: container.name,
    state: 'running',
    createdAt: 2000,
    startedAt: 2000,
    finishedAt: 0,
    exitCode: 0,
    reason: '',
    message: '',
    image: container.image ?? '',
    imageRef: 'sha256:1',
    hash: hashContainer(container),
    restartCount: 0,
    logPath: '',
    terminationMessagePolicy: 'File',
    terminationMessageFile: '',
    gracePeriod: 30,
    ...more,
  };
}

export function buildRuntimeStatus(more: Partial<PodRuntimeStatus> = {}): PodRuntimeStatus {
  return { uid: 'u', sandboxes: [buildSandbox()], containers: [], ...more };
}
