import { type CallContext, type ContainerIdRequest, CriError, type Empty } from '@coxswain/cri';
import type { Entry } from '../container-store.ts';
import { DockerError } from '../docker/docker-engine.ts';
import type { LoggedContainer } from '../logs/container-logs.ts';
import { dockerName, findContainer, type Runtime } from '../runtime.ts';
import { containerState } from '../status.ts';

/** Starts a created container and the copying of its output; a running one is left as it is. */
export async function startContainer(
  runtime: Runtime,
  { containerId }: ContainerIdRequest,
  _context: CallContext,
): Promise<Empty> {
  const { engine, store, logs, readOnlyTrees, unstarted } = runtime;
  if (!unstarted.delete(containerId)) {
    const state = containerState(await findContainer(runtime, containerId));
    if (state !== 'CONTAINER_CREATED' && state !== 'CONTAINER_RUNNING')
      throw new CriError('FAILED_PRECONDITION', `container ${containerId} is in ${state} state`);
  }
  try {
    await engine.startContainer(containerId);
  } catch (error) {
    store.touch(containerId);
    // Also a missing command is a 404 here, which must not read as a missing container.
    if (error instanceof DockerError && error.statusCode !== 0)
      throw new CriError('UNKNOWN', `failed to start container "${containerId}": ${error.message}`, { cause: error });
    throw error;
  }
  store.note('start', containerId);
  const entry = await findContainer(runtime, containerId);
  logs.follow(loggedContainer(entry));
  if (readOnlyTrees.isUsedBy(entry.docker)) await readOnlyTrees.remove(dockerName(entry));
  return {};
}

export function loggedContainer({ id, logPath, docker }: Entry): LoggedContainer {
  return { id, logPath, tty: docker.Config.Tty };
}
