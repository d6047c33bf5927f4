import { type StatusCause, StatusError } from './status-error.ts';

const KNOWN_REASONS = new Set(
  (
    'Unauthorized Forbidden NotFound AlreadyExists Conflict Gone Invalid ServerTimeout StoreReadError Timeout ' +
    'TooManyRequests BadRequest MethodNotAllowed NotAcceptable RequestEntityTooLarge UnsupportedMediaType ' +
    'InternalError Expired ServiceUnavailable'
  ).split(' '),
);

/** The StatusError that an error is or was caused by, looking at most 16 causes deep. */
export function asStatusError(error: unknown): StatusError | undefined {
  let at = error;
  for (let depth = 0; depth < 16 && at instanceof Error; depth++) {
    if (at instanceof StatusError) return at;
    at = at.cause;
  }
  return undefined;
}

/** Upstream's rule: the reason decides; the code only where the reason is not a known one. */
function matches(error: unknown, reason: string, code: number): boolean {
  const found = asStatusError(error);
  if (found === undefined) return false;
  return found.reason === reason || (!KNOWN_REASONS.has(found.reason) && found.code === code);
}

export const isNotFound = (error: unknown): boolean => matches(error, 'NotFound', 404);
export const isConflict = (error: unknown): boolean => matches(error, 'Conflict', 409);
export const isInvalid = (error: unknown): boolean => matches(error, 'Invalid', 422);
export const isBadRequest = (error: unknown): boolean => matches(error, 'BadRequest', 400);
export const isUnauthorized = (error: unknown): boolean => matches(error, 'Unauthorized', 401);
export const isForbidden = (error: unknown): boolean => matches(error, 'Forbidden', 403);
export const isMethodNotSupported = (error: unknown): boolean => matches(error, 'MethodNotAllowed', 405);
export const isNotAcceptable = (error: unknown): boolean => matches(error, 'NotAcceptable', 406);
export const isUnsupportedMediaType = (error: unknown): boolean => matches(error, 'UnsupportedMediaType', 415);
export const isInternalError = (error: unknown): boolean => matches(error, 'InternalError', 500);
export const isServiceUnavailable = (error: unknown): boolean => matches(error, 'ServiceUnavailable', 503);
export const isTimeout = (error: unknown): boolean => matches(error, 'Timeout', 504);
export const isAlreadyExists = (error: unknown): boolean => asStatusError(error)?.reason === 'AlreadyExists';
export const isServerTimeout = (error: unknown): boolean => asStatusError(error)?.reason === 'ServerTimeout';
export const isResourceExpired = (error: unknown): boolean => asStatusError(error)?.reason === 'Expired';

/** Gone or Expired: what was read is too old, list again. */
export const isGone = (error: unknown): boolean => matches(error, 'Gone', 410) || isResourceExpired(error);

export const isTooManyRequests = (error: unknown): boolean => hasReasonOrCode(error, 'TooManyRequests', 429);
export const isRequestEntityTooLarge = (error: unknown): boolean =>
  hasReasonOrCode(error, 'RequestEntityTooLarge', 413);

function hasReasonOrCode(error: unknown, reason: string, code: number): boolean {
  const found = asStatusError(error);
  return found !== undefined && (found.reason === reason || found.code === code);
}

/** The first cause with this reason, e.g. `DisruptionBudget` or `NamespaceTerminating`. */
export function statusCause(error: unknown, reason: string): StatusCause | undefined {
  return asStatusError(error)?.status.details?.causes?.find((cause) => cause.reason === reason);
}

/** Seconds that the server asks to wait before another try; undefined when it asks for nothing. */
export function suggestsClientDelay(error: unknown): number | undefined {
  const found = asStatusError(error);
  const seconds = found?.status.details?.retryAfterSeconds ?? 0;
  if (found?.reason === 'ServerTimeout') return seconds;
  return seconds > 0 ? seconds : undefined;
}
