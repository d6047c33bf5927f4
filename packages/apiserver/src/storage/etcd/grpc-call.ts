import { failureOf, GRPC_CANCELLED, GRPC_DEADLINE_EXCEEDED, GRPC_UNAVAILABLE, GrpcFailure } from './grpc-failure.ts';
import { frameMessage, GrpcMessages } from './grpc-messages.ts';
import type { GrpcSession } from './grpc-session.ts';

/**
 * Sends the only message of a call and gives its only answer. Rejects with a `GrpcFailure` when the call fails or takes
 * longer than `timeoutMs`, with CANCELLED when the signal aborts.
 */
export function unaryCall(
  session: GrpcSession,
  path: string,
  request: Buffer,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const messages = new GrpcMessages();
    let answer: Buffer | undefined;
    let failure: GrpcFailure | undefined;
    let complete = false;
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      if (complete && !failure && answer) resolve(answer);
      else reject(failure ?? new GrpcFailure(GRPC_UNAVAILABLE, 'the stream ended early'));
    };
    const stream = session.request(path, {
      onHeaders(headers) {
        if (headers['grpc-status'] === undefined && headers[':status'] === '200') return;
        complete = true;
        failure = failureOf(headers);
      },
      onData(bytes) {
        for (const message of messages.add(bytes)) answer = message;
      },
      onEnd(error) {
        if (error) failure ??= new GrpcFailure(GRPC_UNAVAILABLE, String(error), { cause: error });
        settle();
      },
    });
    const giveUp = (reason: GrpcFailure) => {
      failure = reason;
      stream.cancel();
      settle();
    };
    const timer = setTimeout(() => giveUp(new GrpcFailure(GRPC_DEADLINE_EXCEEDED, 'Deadline exceeded')), timeoutMs);
    const onAbort = () => giveUp(new GrpcFailure(GRPC_CANCELLED, 'Cancelled'));
    signal?.addEventListener('abort', onAbort, { once: true });
    stream.end(frameMessage(request));
  });
}
