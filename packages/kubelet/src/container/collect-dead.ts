import { rm } from 'node:fs/promises';
import type { Pod } from '@coxswain/api';
import type { ContainerManagerOptions } from './container-manager-options.ts';
import type { ContainerRuntimeStatus, PodRuntimeStatus } from './runtime-status.ts';
import { unlinkLog } from './start-container.ts';

/** Of each name the newest dead container is kept (for its logs and last state); older ones may go. */
export function deadToRemove(status: PodRuntimeStatus): ContainerRuntimeStatus[] {
  const seen = new Set<string>();
  return status.containers.filter(({ name, state }) => {
    if (state === 'running') return false;
    if (seen.has(name)) return true;
    seen.add(name);
    return false;
  });
}

/** Removes superseded dead containers with their logs, and dead sandboxes that hold no container any more. */
export async function collectDeadContainers(
  options: ContainerManagerOptions,
  pod: Pod,
  status: PodRuntimeStatus,
): Promise<void> {
  const { cri } = options;
  const dead = deadToRemove(status);
  await Promise.all(
    dead.map(async ({ id, name, logPath }) => {
      await cri.removeContainer({ containerId: id });
      await unlinkLog(options, pod, name, id);
      if (logPath) await rm(logPath, { force: true });
    }),
  );
  const removed = new Set(dead.map(({ id }) => id));
  const used = new Set(status.containers.filter(({ id }) => !removed.has(id)).map(({ sandboxId }) => sandboxId));
  const empty = status.sandboxes.slice(1).filter(({ id, ready }) => !ready && !used.has(id));
  await Promise.all(empty.map(({ id }) => cri.removePodSandbox({ podSandboxId: id })));
}
