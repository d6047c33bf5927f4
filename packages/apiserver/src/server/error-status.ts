import {
  asStatusError,
  failure,
  newInternalError,
  newServiceUnavailable,
  newTimeout,
  type Status,
} from '@coxswain/api';
import { StorageNoSpace, StorageUnavailable } from '../storage/storage.ts';

/**
 * The Status that tells the client of an error. `unexpected` ones are for the log: the client gets a 500 that says no
 * more than the message.
 */
export function statusOf(error: unknown, writing: boolean): { readonly status: Status; readonly unexpected: boolean } {
  const known = asStatusError(error);
  if (known) return { status: known.status, unexpected: false };
  if (error instanceof StorageNoSpace)
    return { status: failure(500, 'InternalError', 'etcdserver: mvcc: database space exceeded'), unexpected: false };
  if (error instanceof StorageUnavailable) return { status: unavailable(error, writing), unexpected: false };
  const cause = error instanceof Error ? error : new Error(String(error));
  return { status: newInternalError(cause).status, unexpected: true };
}

/** A write may have happened all the same, so only reads are told to try again. */
function unavailable(error: StorageUnavailable, writing: boolean): Status {
  if (writing) return newTimeout(error.message, 0).status;
  const { status } = newServiceUnavailable(error.message);
  return { ...status, details: { retryAfterSeconds: 1 } };
}
