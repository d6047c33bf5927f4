import type { Headers } from './http2/hpack.ts';

export const GRPC_CANCELLED = 1;
export const GRPC_UNKNOWN = 2;
export const GRPC_DEADLINE_EXCEEDED = 4;
export const GRPC_UNAVAILABLE = 14;

/** How a gRPC call failed: the status's number and its text. */
export class GrpcFailure extends Error {
  override readonly name = 'GrpcFailure';
  readonly code: number;
  readonly details: string;

  constructor(code: number, details: string, options?: ErrorOptions) {
    super(`${code}: ${details}`, options);
    this.code = code;
    this.details = details;
  }
}

/** The failure that a call's trailers (or its only headers) tell of; undefined when it went well. */
export function failureOf(headers: Headers): GrpcFailure | undefined {
  const status = headers['grpc-status'];
  if (status === '0') return undefined;
  const message = headers['grpc-message'] ?? '';
  if (status === undefined) return new GrpcFailure(GRPC_UNKNOWN, `no grpc-status (HTTP ${headers[':status'] ?? '-'})`);
  return new GrpcFailure(Number(status), decoded(message));
}

/** Messages are percent-encoded. */
function decoded(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}
