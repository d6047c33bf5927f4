/**
 * Why a container doesn't start: `reason` and the message become its waiting state. `retryAfterMs` says when it is
 * worth another try; without it the pod worker's back-off decides.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly reason: string;
  readonly retryAfterMs: number | undefined;

  constructor(reason: string, message: string, options: ErrorOptions & { readonly retryAfterMs?: number } = {}) {
    super(message, options);
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
  }
}
