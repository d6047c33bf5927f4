import { CriError, type PortForwardRequest, type StreamingResponse } from '@coxswain/cri';
import type { Dial } from '@coxswain/streaming';
import { findSandbox, networkMode, type Runtime } from '../runtime.ts';

/** Gives the URL at which ports of the sandbox are reached. */
export async function portForward(
  runtime: Runtime,
  { podSandboxId, port: ports }: PortForwardRequest,
): Promise<StreamingResponse> {
  await runningPid(runtime, podSandboxId);
  const dial: Dial = async (port) => {
    const pid = await runningPid(runtime, podSandboxId);
    try {
      return await runtime.dialers.dial({ id: podSandboxId, pid }, port);
    } catch (cause) {
      const message = `failed to execute portforward in network namespace of sandbox ${podSandboxId}: failed to connect to localhost:${port} inside namespace: ${(cause as Error).message}`;
      throw new Error(message, { cause });
    }
  };
  return { url: runtime.streaming.url({ kind: 'portforward', ports, dial }) };
}

/** The sandbox's process; undefined when it shares the node's network. */
async function runningPid(runtime: Runtime, id: string): Promise<number | undefined> {
  const entry = await findSandbox(runtime, id);
  const { Running, Pid } = entry.docker.State;
  if (!Running) throw new CriError('FAILED_PRECONDITION', `sandbox container ${id} is not running`);
  return networkMode(entry) === 'NODE' ? undefined : Pid;
}
