import { type CriClient, isNotFound } from '@coxswain/cri';
import { POD_UID_LABEL } from './names.ts';
import { readTerminationMessage } from './read-termination-message.ts';
import {
  type ContainerRuntimeStatus,
  newestFirst,
  type PodRuntimeStatus,
  type SandboxRuntimeStatus,
  toContainerStatus,
  toSandboxStatus,
} from './runtime-status.ts';

/** Asks the runtime for everything it has of one pod. What goes away while it asks is left out. */
export async function fetchRuntimeStatus(cri: CriClient, uid: string): Promise<PodRuntimeStatus> {
  const labelSelector = { [POD_UID_LABEL]: uid };
  const [{ items }, { containers: listed }] = await Promise.all([
    cri.listPodSandbox({ filter: { labelSelector } }),
    cri.listContainers({ filter: { labelSelector } }),
  ]);
  const [sandboxes, containers] = await Promise.all([
    Promise.all(items.map(({ id }) => sandboxStatus(cri, id))),
    Promise.all(listed.map(({ id, podSandboxId }) => containerStatus(cri, id, podSandboxId))),
  ]);
  return {
    uid,
    sandboxes: present(sandboxes).sort((a, b) => b.createdAt - a.createdAt || b.attempt - a.attempt),
    containers: present(containers).sort(newestFirst),
  };
}

async function sandboxStatus(cri: CriClient, podSandboxId: string): Promise<SandboxRuntimeStatus | undefined> {
  const { status } = await cri.podSandboxStatus({ podSandboxId }).catch(orNothing);
  return status && toSandboxStatus(status);
}

async function containerStatus(
  cri: CriClient,
  containerId: string,
  sandboxId: string,
): Promise<ContainerRuntimeStatus | undefined> {
  const { status } = await cri.containerStatus({ containerId }).catch(orNothing);
  if (!status) return undefined;
  const container = toContainerStatus(status, sandboxId);
  if (container.state !== 'exited') return container;
  return { ...container, message: await readTerminationMessage(container) };
}

function orNothing(error: unknown): { status: undefined } {
  if (isNotFound(error)) return { status: undefined };
  throw error;
}

function present<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined);
}
