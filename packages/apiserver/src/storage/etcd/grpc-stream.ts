import { type ClientHttp2Stream, constants } from 'node:http2';
import { failureOf, GRPC_UNAVAILABLE, GrpcFailure } from './grpc-failure.ts';
import { frameMessage, GrpcMessages } from './grpc-messages.ts';

export interface GrpcStreamEvents {
  /** May throw: the stream then ends with that as its failure's cause. */
  readonly onMessage: (message: Buffer) => void;
  /** Called once, unless the stream was cancelled. Undefined: the server ended it in peace. */
  readonly onEnd: (failure: GrpcFailure | undefined) => void;
}

/** A call with messages both ways. */
export class GrpcStream {
  readonly #stream: ClientHttp2Stream;
  #ended = false;

  constructor(stream: ClientHttp2Stream, { onMessage, onEnd }: GrpcStreamEvents) {
    this.#stream = stream;
    const messages = new GrpcMessages();
    let failure: GrpcFailure | undefined;
    const end = (reason: GrpcFailure | undefined) => {
      if (this.#ended) return;
      this.#ended = true;
      onEnd(reason);
    };
    stream.on('response', (headers) => {
      if (headers['grpc-status'] !== undefined || headers[':status'] !== 200) failure = failureOf(headers);
    });
    stream.on('data', (chunk: Buffer) => {
      try {
        for (const message of messages.add(chunk)) if (!this.#ended) onMessage(message);
      } catch (cause) {
        end(new GrpcFailure(GRPC_UNAVAILABLE, 'unreadable message', { cause }));
        this.cancel();
      }
    });
    stream.on('trailers', (headers) => {
      failure ??= failureOf(headers);
    });
    stream.on('error', (cause) => end(new GrpcFailure(GRPC_UNAVAILABLE, String(cause), { cause })));
    stream.on('end', () => end(failure));
    stream.on('close', () => end(failure ?? new GrpcFailure(GRPC_UNAVAILABLE, 'the stream was closed')));
  }

  write(message: Buffer): void {
    this.#stream.write(frameMessage(message));
  }

  get paused(): boolean {
    return this.#stream.isPaused();
  }

  /** The server's messages wait, at last in the server. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  cancel(): void {
    this.#ended = true;
    this.#stream.close(constants.NGHTTP2_CANCEL);
  }
}
