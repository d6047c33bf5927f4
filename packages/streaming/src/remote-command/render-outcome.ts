import type { CommandOutcome } from './session.ts';

/** What the error stream says: a Status from version 4 of the protocol on, before that a text, empty for success. */
export function renderOutcome(outcome: CommandOutcome, version: number): string {
  if (version >= 4) return JSON.stringify(outcomeStatus(outcome));
  if (outcome.kind === 'failed') return outcome.message;
  return outcome.exitCode === 0 ? '' : `command terminated with non-zero exit code: ${outcome.exitCode}`;
}

function outcomeStatus(outcome: CommandOutcome): object {
  if (outcome.kind === 'failed')
    return {
      metadata: {},
      status: 'Failure',
      message: `Internal error occurred: ${outcome.message}`,
      reason: 'InternalError',
      details: { causes: [{ message: outcome.message }] },
      code: 500,
    };
  const { exitCode } = outcome;
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}
