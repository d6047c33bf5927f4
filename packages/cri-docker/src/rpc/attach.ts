import { type AttachRequest, CriError, type StreamingResponse } from '@coxswain/cri';
import type { RunCommand } from '@coxswain/streaming';
import { findContainer, type Runtime } from '../runtime.ts';
import { connectSession } from '../streaming/connect-session.ts';

/** Gives the URL at which the container's own process is connected. */
export async function attach(runtime: Runtime, request: AttachRequest): Promise<StreamingResponse> {
  const { containerId, stdin, stdout } = request;
  const { docker } = await findContainer(runtime, containerId);
  if (!docker.State.Running) throw new CriError('FAILED_PRECONDITION', `container ${containerId} is not running`);
  const { Tty: tty } = docker.Config;
  // Which streams the client opens depends on what it asked for, not on what the container is.
  const choice = { stdin, stdout, stderr: request.stderr && !request.tty, tty: request.tty };
  const run: RunCommand = async (session) => {
    await connectSession(session, await runtime.engine.attach(containerId, { ...choice, tty }), tty);
    return { kind: 'exited', exitCode: 0 };
  };
  return { url: runtime.streaming.url({ kind: 'attach', choice, run }) };
}
