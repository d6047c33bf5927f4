import { type ClientHttp2Stream, constants } from 'node:http2';
import { failureOf, GRPC_CANCELLED, GRPC_DEADLINE_EXCEEDED, GRPC_UNAVAILABLE, GrpcFailure } from './grpc-failure.ts';
import { frameMessage, GrpcMessages } from './grpc-messages.ts';

/**
 * Sends the only message of a call and gives its only answer. Rejects with a `GrpcFailure` when the call fails or takes
 * longer than `timeoutMs`, with the signal's reason when that aborts.
 */
export function unaryCall(
  stream: ClientHttp2Stream,
  request: Buffer,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const messages = new GrpcMessages();
    let answer: Buffer | undefined;
    let failure: GrpcFailure | undefined;
    let complete = false;
    let settled = false;
    const settle = () => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      if (complete && !failure && answer) resolve(answer);
      else reject(failure ?? new GrpcFailure(GRPC_UNAVAILABLE, 'the stream ended early'));
    };
    const give = (reason: GrpcFailure) => {
      failure = reason;
      stream.close(constants.NGHTTP2_CANCEL);
      settle();
    };
    const timer = setTimeout(() => give(new GrpcFailure(GRPC_DEADLINE_EXCEEDED, 'Deadline exceeded')), timeoutMs);
    const onAbort = () => give(new GrpcFailure(GRPC_CANCELLED, 'Cancelled'));
    signal?.addEventListener('abort', onAbort, { once: true });
    stream.on('response', (headers) => {
      if (headers['grpc-status'] === undefined && headers[':status'] === 200) return;
      complete = true;
      failure = failureOf(headers);
    });
    stream.on('data', (chunk: Buffer) => {
      try {
        for (const message of messages.add(chunk)) answer = message;
      } catch (error) {
        give(new GrpcFailure(GRPC_UNAVAILABLE, String(error)));
      }
    });
    stream.on('trailers', (headers) => {
      complete = true;
      failure ??= failureOf(headers);
      // The answer may still be on its way through the stream.
      if (answer || failure) settle();
    });
    stream.on('end', settle);
    stream.on('error', (error) => {
      failure ??= new GrpcFailure(GRPC_UNAVAILABLE, String(error), { cause: error });
      settle();
    });
    stream.on('close', settle);
    stream.end(frameMessage(request));
  });
}
