import type { Readable, Writable } from 'node:stream';
import type { TerminalSizes } from './terminal-sizes.ts';

/** What the client wants to be connected with. */
export interface StreamChoice {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** One `exec` or `attach` as seen by who runs it, whatever protocol the client speaks. */
export interface RemoteCommandSession {
  readonly stdin: Readable | undefined;
  readonly stdout: Writable | undefined;
  readonly stderr: Writable | undefined;
  readonly sizes: TerminalSizes;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
  /** Tells the client how it went, after all that was written, and ends the connection. Never rejects. */
  finish(outcome: CommandOutcome): Promise<void>;
}

export type CommandOutcome =
  | { readonly kind: 'exited'; readonly exitCode: number }
  /** It could not be run, or not to its end. */
  | { readonly kind: 'failed'; readonly message: string };

/** Runs a command over a session; what it throws is told to the client as a failure. */
export type RunCommand = (session: RemoteCommandSession) => Promise<CommandOutcome>;

/** Runs it, and closes the session with its outcome. Never rejects. */
export async function serveCommand(session: RemoteCommandSession, run: RunCommand): Promise<CommandOutcome> {
  const outcome = await run(session).catch((error: unknown): CommandOutcome => {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', message };
  });
  await session.finish(outcome);
  return outcome;
}
