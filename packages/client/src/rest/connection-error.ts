/** No answer: the server could not be reached, went away in the middle, or took too long. `cause` says why. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly server: string;

  constructor(server: string, request: string, cause: unknown) {
    super(`${request} at ${server}: ${cause instanceof Error ? describe(cause) : String(cause)}`, { cause });
    this.server = server;
  }
}

/** Node leaves the message empty when each of several addresses failed. */
function describe(cause: Error): string {
  const code = (cause as NodeJS.ErrnoException).code;
  if (cause instanceof AggregateError && cause.message === '')
    return cause.errors.map((error) => (error instanceof Error ? error.message : String(error))).join(', ');
  return cause.message || code || cause.name;
}

export function isConnectionError(error: unknown): error is ConnectionError {
  return error instanceof ConnectionError;
}
