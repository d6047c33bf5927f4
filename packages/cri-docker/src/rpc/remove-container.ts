import type { CallContext, ContainerIdRequest, Empty } from '@coxswain/cri';
import type { Entry } from '../container-store.ts';
import { dockerName, type Runtime } from '../runtime.ts';
import { loggedContainer } from './start-container.ts';

/** Removes a container, killing it when it runs. Its log file stays. */
export async function removeContainer(
  runtime: Runtime,
  { containerId }: ContainerIdRequest,
  _context: CallContext,
): Promise<Empty> {
  const entry = await runtime.store.get(containerId);
  if (entry?.type === 'container') await discardContainer(runtime, entry);
  return {};
}

export async function discardContainer(runtime: Runtime, entry: Entry): Promise<void> {
  const { engine, store, logs, oomKills, readOnlyTrees, unstarted } = runtime;
  unstarted.delete(entry.id);
  if (!entry.docker.State.Running) await logs.drained(entry.id, 1000);
  try {
    await engine.removeContainer(entry.id);
  } finally {
    store.touch(entry.id);
  }
  if (readOnlyTrees.isUsedBy(entry.docker)) await readOnlyTrees.remove(dockerName(entry));
  await logs.remove(loggedContainer(entry));
  await oomKills.forget(entry.id);
}
