import type { CallContext, Input, ListContainersRequest, ListContainersResponse } from '@coxswain/cri';
import { POD_UID } from '../labels.ts';
import { matchesLabels } from '../matches-labels.ts';
import type { Runtime } from '../runtime.ts';
import { containerMessage, containerState } from '../status.ts';

/** Newest first. */
export async function listContainers(
  { store, images }: Runtime,
  { filter }: ListContainersRequest,
  _context: CallContext,
): Promise<Input<ListContainersResponse>> {
  const entries = (await store.list(filter?.labelSelector[POD_UID]))
    .filter(({ type }) => type === 'container')
    .filter(({ id }) => !filter?.id || id === filter.id)
    .filter(({ sandboxId }) => !filter?.podSandboxId || sandboxId === filter.podSandboxId)
    .filter((entry) => !filter?.state || containerState(entry) === filter.state.state)
    .filter(({ labels }) => matchesLabels(labels, filter?.labelSelector))
    .sort((a, b) => Number(b.createdAt - a.createdAt));
  return {
    containers: await Promise.all(
      entries.map(async (entry) => containerMessage(entry, await images.of(entry.docker.Image))),
    ),
  };
}
