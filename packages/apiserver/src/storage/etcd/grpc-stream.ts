import { failureOf, GRPC_UNAVAILABLE, GrpcFailure } from './grpc-failure.ts';
import { frameMessage, GrpcMessages } from './grpc-messages.ts';
import type { GrpcSession } from './grpc-session.ts';
import type { Http2Stream } from './http2/http2-stream.ts';

export interface GrpcStreamEvents {
  /** May throw: the stream then ends with that as its failure's cause. */
  readonly onMessage: (message: Buffer) => void;
  /** Called once, unless the stream was cancelled. Undefined: the server ended it in peace. */
  readonly onEnd: (failure: GrpcFailure | undefined) => void;
}

/** A call with messages both ways. */
export class GrpcStream {
  readonly #stream: Http2Stream;
  #cancelled = false;

  constructor(session: GrpcSession, path: string, { onMessage, onEnd }: GrpcStreamEvents) {
    const messages = new GrpcMessages();
    let failure: GrpcFailure | undefined;
    this.#stream = session.request(path, {
      onHeaders(headers) {
        if (headers['grpc-status'] !== undefined || headers[':status'] !== '200') failure ??= failureOf(headers);
      },
      onData: (bytes) => {
        for (const message of messages.add(bytes)) if (!this.#cancelled) onMessage(message);
      },
      onEnd: (error) => {
        if (this.#cancelled) return;
        this.#cancelled = true;
        onEnd(error ? new GrpcFailure(GRPC_UNAVAILABLE, String(error), { cause: error }) : failure);
      },
    });
  }

  write(message: Buffer): void {
    this.#stream.write(frameMessage(message));
  }

  get paused(): boolean {
    return this.#stream.paused;
  }

  /** The server's messages wait, at last in the server. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  cancel(): void {
    this.#cancelled = true;
    this.#stream.cancel();
  }
}
