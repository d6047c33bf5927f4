import { StorageNoSpace, StorageUnavailable } from '../storage.ts';

/** A gRPC failure, ours or grpc-js's. */
export interface AnyGrpcFailure {
  readonly code: number;
  readonly details: string;
}

export function isGrpcFailure(error: unknown): error is Error & AnyGrpcFailure {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && 'details' in error;
}

export function isCompacted(error: unknown): boolean {
  return isGrpcFailure(error) && error.details.includes('required revision has been compacted');
}

export function isFutureRevision(error: unknown): boolean {
  return isGrpcFailure(error) && error.details.includes('required revision is a future revision');
}

export function isLeaseNotFound(error: unknown): boolean {
  return isGrpcFailure(error) && error.details.includes('requested lease not found');
}

const INVALID_ARGUMENT = 3;
const UNAUTHENTICATED = 16;
const PERMISSION_DENIED = 7;
const OUT_OF_RANGE = 11;

/** What the caller of `Storage` gets for a failed call: temporary troubles as `StorageUnavailable`, others as they are. */
export function translateError(error: unknown, what: string): unknown {
  if (!isGrpcFailure(error)) return new StorageUnavailable(`etcd ${what}: ${String(error)}`, { cause: error });
  if (error.details.includes('database space exceeded')) {
    return new StorageNoSpace(`etcd ${what}: ${error.details}`, { cause: error });
  }
  switch (error.code) {
    case INVALID_ARGUMENT:
    case OUT_OF_RANGE:
      return error;
    case UNAUTHENTICATED:
    case PERMISSION_DENIED:
      return new StorageUnavailable(`etcd ${what}: access refused: ${error.details}`, { cause: error });
    default:
      return new StorageUnavailable(`etcd ${what}: ${error.details}`, { cause: error });
  }
}
