import { status } from '@grpc/grpc-js';

/** gRPC status names, as in the protocol. */
export type CriErrorCode = Exclude<keyof typeof status, 'OK'>;

/** The one error of this package: a gRPC code and a message. Servers throw it, clients get it back. */
export class CriError extends Error {
  override readonly name = 'CriError';
  readonly code: CriErrorCode;

  constructor(code: CriErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function isCriError(error: unknown, code?: CriErrorCode): error is CriError {
  return error instanceof CriError && (code === undefined || error.code === code);
}

/** The sandbox, container or image isn't there. */
export function isNotFound(error: unknown): error is CriError {
  return isCriError(error, 'NOT_FOUND');
}

export function codeName(code: number): CriErrorCode {
  const name = status[code];
  return name === undefined || name === 'OK' ? 'UNKNOWN' : (name as CriErrorCode);
}
