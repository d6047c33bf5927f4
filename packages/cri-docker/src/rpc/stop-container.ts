import type { CallContext, Empty, StopContainerRequest } from '@coxswain/cri';
import type { Runtime } from '../runtime.ts';

/** Sends the stop signal and kills after the timeout; returns when the process has ended. */
export async function stopContainer(
  { engine, store, oomKills }: Runtime,
  { containerId, timeout }: StopContainerRequest,
  { signal }: CallContext,
): Promise<Empty> {
  const entry = await store.get(containerId);
  if (entry?.type !== 'container' || !entry.docker.State.Running) return {};
  oomKills.expectKill(containerId);
  try {
    await engine.stopContainer(containerId, Math.max(0, timeout), { signal });
  } finally {
    store.touch(containerId);
  }
  return {};
}
