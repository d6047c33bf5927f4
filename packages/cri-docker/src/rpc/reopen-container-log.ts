import { type CallContext, type ContainerIdRequest, CriError, type Empty } from '@coxswain/cri';
import { findContainer, type Runtime } from '../runtime.ts';

export async function reopenContainerLog(
  runtime: Runtime,
  { containerId }: ContainerIdRequest,
  _context: CallContext,
): Promise<Empty> {
  const { docker } = await findContainer(runtime, containerId);
  if (!docker.State.Running) throw new CriError('FAILED_PRECONDITION', `container ${containerId} is not running`);
  if (!(await runtime.logs.reopen(containerId)))
    throw new CriError('FAILED_PRECONDITION', `container ${containerId} has no log`);
  return {};
}
