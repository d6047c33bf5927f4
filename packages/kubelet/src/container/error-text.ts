import { CriError } from '@coxswain/cri';

/** An error in the words of upstream's events: what the runtime refused as Go's gRPC tells it. */
export function errorText(error: unknown): string {
  if (error instanceof CriError) return `rpc error: code = ${goCode(error.code)} desc = ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** gRPC's code in Go's spelling: NOT_FOUND is NotFound. */
function goCode(code: string): string {
  return code
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('');
}
