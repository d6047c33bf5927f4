import type { ContainerEventResponse, Input } from '@coxswain/cri';
import type { Happening } from '../docker-watch.ts';
import type { Runtime } from '../runtime.ts';
import { sandboxStatus } from '../status.ts';
import { memberStatuses } from './container-status.ts';
import { sandboxIps } from './sandbox-ips.ts';

/** An event carries the state of the whole pod at the time it is sent, which may be newer than the event. */
export async function renderEvent(
  runtime: Runtime,
  { id, sandboxId, type, at }: Happening,
): Promise<Input<ContainerEventResponse>> {
  const sandbox = await runtime.store.get(sandboxId);
  return {
    containerId: id,
    containerEventType: type,
    createdAt: at,
    podSandboxStatus: sandbox && sandboxStatus(sandbox, sandboxIps(runtime, sandbox)),
    containersStatuses: await memberStatuses(runtime, sandboxId),
  };
}
