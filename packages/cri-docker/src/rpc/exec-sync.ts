import { type CallContext, CriError, type ExecSyncRequest, type ExecSyncResponse, type Input } from '@coxswain/cri';
import { findContainer, type Runtime } from '../runtime.ts';

/** Bytes kept of each stream, as the protocol asks. */
const OUTPUT_LIMIT = 16 * 1024 * 1024;

/** Runs a command to its end; after the timeout it is killed and the call fails with DEADLINE_EXCEEDED. */
export async function execSync(
  runtime: Runtime,
  { containerId, cmd, timeout }: ExecSyncRequest,
  { signal }: CallContext,
): Promise<Input<ExecSyncResponse>> {
  const { docker } = await findContainer(runtime, containerId);
  if (!docker.State.Running) throw new CriError('FAILED_PRECONDITION', `container ${containerId} is not running`);
  const limit = timeout > 0 ? AbortSignal.timeout(timeout * 1000) : undefined;
  try {
    return await runtime.engine.exec(containerId, cmd, {
      limit: OUTPUT_LIMIT,
      signal: limit ? AbortSignal.any([signal, limit]) : signal,
    });
  } catch (cause) {
    if (limit?.aborted && !signal.aborted)
      throw new CriError('DEADLINE_EXCEEDED', `command ${JSON.stringify(cmd.join(' '))} timed out`, { cause });
    throw cause;
  }
}
