import type { CallContext, Input, ListPodSandboxRequest, ListPodSandboxResponse } from '@coxswain/cri';
import { POD_UID } from '../labels.ts';
import { matchesLabels } from '../matches-labels.ts';
import type { Runtime } from '../runtime.ts';
import { sandboxMessage } from '../status.ts';
import { sandboxIps } from './sandbox-ips.ts';

/** Newest first. */
export async function listPodSandbox(
  runtime: Runtime,
  { filter }: ListPodSandboxRequest,
  _context: CallContext,
): Promise<Input<ListPodSandboxResponse>> {
  const entries = (await runtime.store.list(filter?.labelSelector[POD_UID]))
    .filter(({ type }) => type === 'podsandbox')
    .filter(({ id }) => !filter?.id || id === filter.id)
    .filter(({ labels }) => matchesLabels(labels, filter?.labelSelector))
    .sort((a, b) => Number(b.createdAt - a.createdAt));
  const items = entries.map((entry) => sandboxMessage(entry, sandboxIps(runtime, entry)));
  return { items: items.filter(({ state }) => !filter?.state || state === filter.state.state) };
}
