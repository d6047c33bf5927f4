import { asStatusError, type StatusError } from '@coxswain/api';
import { isConnectionError } from '@coxswain/client';

/** Several things went wrong; each is said on a line of its own. */
export class Failures extends Error {
  override readonly name = 'Failures';
  readonly failures: readonly unknown[];

  constructor(failures: readonly unknown[]) {
    super(`${failures.length} failures`);
    this.failures = failures;
  }
}

/** An API error with what was being done: `error when creating "web.yaml"`. */
export class ContextError extends Error {
  override readonly name = 'ContextError';

  constructor(doing: string, cause: unknown) {
    super(doing, { cause });
  }
}

/** What kubectl writes to stderr of an error; ends with a line break. */
export function describeError(error: unknown): string {
  if (error instanceof Failures) return error.failures.map(describeError).join('');
  const status = asStatusError(error);
  const doing = error instanceof ContextError ? `${error.message}: ` : '';
  if (status) return `${describeStatus(status, doing)}\n`;
  const cause = error instanceof ContextError ? error.cause : error;
  if (isConnectionError(cause)) return `${describeConnection(cause.server, cause)}\n`;
  return `error: ${doing}${cause instanceof Error ? cause.message : String(cause)}\n`;
}

function describeStatus(error: StatusError, doing: string): string {
  const { reason, message } = error;
  const details = error.status.details;
  if (reason === 'Invalid' && details) {
    const causes = (details.causes ?? []).map(({ field, message: text }) => (field ? `${field}: ${text}` : `${text}`));
    const list = causes.length === 1 ? causes[0] : causes.map((cause) => `\n* ${cause}`).join('');
    const what = details.kind ? `The ${details.kind} "${details.name ?? ''}"` : 'The request';
    return `${what} is invalid: ${list || message}`;
  }
  if (reason === 'Unauthorized')
    return `error: You must be logged in to the server (${doing}${message || 'Unauthorized'})`;
  if (reason === '') return `Error from server: ${doing}${message}`;
  return `Error from server (${reason}): ${doing}${message}`;
}

function describeConnection(server: string, error: Error): string {
  const { host } = new URL(server);
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ECONNREFUSED')
    return `The connection to the server ${host} was refused - did you specify the right host or port?`;
  return `Unable to connect to the server: ${error.message}`;
}
