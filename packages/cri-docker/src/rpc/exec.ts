import { CriError, type ExecRequest, type StreamingResponse } from '@coxswain/cri';
import type { RunCommand } from '@coxswain/streaming';
import { findContainer, type Runtime } from '../runtime.ts';
import { connectSession } from '../streaming/connect-session.ts';

/** Gives the URL of a command that starts when the client comes; Docker has it ready by then. */
export async function exec(runtime: Runtime, request: ExecRequest): Promise<StreamingResponse> {
  const { containerId, cmd, stdin, stdout, tty } = request;
  const { docker } = await findContainer(runtime, containerId);
  if (!docker.State.Running) throw new CriError('FAILED_PRECONDITION', `container ${containerId} is not running`);
  const choice = { stdin, stdout, stderr: request.stderr && !tty, tty };
  const ready = runtime.engine.createExec(containerId, cmd, choice);
  ready.catch(() => {});
  const run: RunCommand = async (session) => {
    const running = await runtime.engine.startExec(await ready, choice);
    await connectSession(session, running, tty);
    if (session.signal.aborted) return { kind: 'failed', message: 'the client has gone' };
    return { kind: 'exited', exitCode: await running.exitCode(session.signal) };
  };
  return { url: runtime.streaming.url({ kind: 'exec', choice, run }) };
}
