import type {
  CallContext,
  ContainerStatus,
  ContainerStatusRequest,
  ContainerStatusResponse,
  Input,
} from '@coxswain/cri';
import type { Entry } from '../container-store.ts';
import { findContainer, type Runtime } from '../runtime.ts';
import { containerState, containerStatus as statusMessage } from '../status.ts';

/** How long a status waits for an ended container's last output to be in its log file, milliseconds. */
const DRAIN_MS = 1000;

export async function containerStatus(
  runtime: Runtime,
  { containerId, verbose }: ContainerStatusRequest,
  _context: CallContext,
): Promise<Input<ContainerStatusResponse>> {
  const entry = await findContainer(runtime, containerId);
  return {
    status: await statusOf(runtime, entry),
    info: verbose ? { info: JSON.stringify({ sandboxID: entry.sandboxId, pid: entry.docker.State.Pid }) } : {},
  };
}

/** Statuses of all containers in a sandbox, newest first. */
export async function memberStatuses(runtime: Runtime, sandboxId: string): Promise<Input<ContainerStatus>[]> {
  const members = await runtime.store.containersOf(sandboxId);
  members.sort((a, b) => Number(b.createdAt - a.createdAt));
  return Promise.all(members.map((member) => statusOf(runtime, member)));
}

/** Whoever sees that a container has ended can rely on its log and on the cause. */
async function statusOf({ images, logs, oomKills, users }: Runtime, entry: Entry): Promise<Input<ContainerStatus>> {
  const { Running, Pid } = entry.docker.State;
  const ended = containerState(entry) === 'CONTAINER_EXITED';
  const [naming, user, oomKilled] = await Promise.all([
    images.of(entry.docker.Image),
    users.of(entry.id, Running ? Pid : 0),
    ended && oomKills.has(entry),
    ended && logs.drained(entry.id, DRAIN_MS),
  ]);
  return statusMessage(entry, naming, oomKilled, user);
}
