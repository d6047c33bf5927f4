import { type ContainerStatus, type CriClient, isNotFound } from '@coxswain/cri';
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
  const statuses = present(await Promise.all(items.map(({ id }) => sandboxStatus(cri, id))));
  const sandboxes = statuses.map(({ sandbox }) => sandbox);
  const told = new Map(statuses.flatMap(({ members }) => members.map((member) => [member.id, member] as const)));
  const containers = await Promise.all(
    listed.map(({ id, podSandboxId }) => containerStatus(cri, id, podSandboxId, told.get(id))),
  );
  return {
    uid,
    sandboxes: sandboxes.sort((a, b) => b.createdAt - a.createdAt || b.attempt - a.attempt),
    containers: present(containers).sort(newestFirst),
  };
}

/** With the statuses of its containers, where the runtime gives them unasked. */
async function sandboxStatus(
  cri: CriClient,
  podSandboxId: string,
): Promise<{ sandbox: SandboxRuntimeStatus; members: readonly ContainerStatus[] } | undefined> {
  const { status, containersStatuses = [] } = await cri.podSandboxStatus({ podSandboxId }).catch(orNothing);
  return status && { sandbox: toSandboxStatus(status), members: containersStatuses };
}

async function containerStatus(
  cri: CriClient,
  containerId: string,
  sandboxId: string,
  told: ContainerStatus | undefined,
): Promise<ContainerRuntimeStatus | undefined> {
  const status = told ?? (await cri.containerStatus({ containerId }).catch(orNothing)).status;
  if (!status) return undefined;
  const container = toContainerStatus(status, sandboxId);
  if (container.state !== 'exited') return container;
  return { ...container, message: await readTerminationMessage(container) };
}

function orNothing(error: unknown): { status: undefined; containersStatuses?: undefined } {
  if (isNotFound(error)) return { status: undefined };
  throw error;
}

function present<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined);
}
