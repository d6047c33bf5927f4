import { Readable, Writable } from 'node:stream';
import type { WebSocket } from 'ws';

const HELD_BYTES = 1024 * 1024;

export const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

export interface ChannelListeners {
  /** A message, without its channel. */
  readonly onMessage: (channel: number, data: Buffer) => void;
  readonly onClose: () => void;
}

/** Numbered channels over one WebSocket: each message begins with its channel, a byte or (base64) a digit. */
export class ChannelSocket {
  readonly #webSocket: WebSocket;
  readonly #base64: boolean;

  constructor(webSocket: WebSocket, base64: boolean, { onMessage, onClose }: ChannelListeners) {
    this.#webSocket = webSocket;
    this.#base64 = base64;
    webSocket.binaryType = 'nodebuffer';
    webSocket.on('message', (message: Buffer) => {
      if (message.length === 0) return;
      if (base64) onMessage((message[0] as number) - 0x30, Buffer.from(message.toString('latin1', 1), 'base64'));
      else onMessage(message[0] as number, message.subarray(1));
    });
    webSocket.on('error', () => webSocket.terminate());
    webSocket.on('close', onClose);
  }

  /** `done` when there is room for more. */
  send(channel: number, data: Buffer, done: () => void = () => {}): void {
    const webSocket = this.#webSocket;
    if (webSocket.readyState !== webSocket.OPEN) {
      done();
      return;
    }
    const slow = webSocket.bufferedAmount > HELD_BYTES;
    // What went wrong is told by the close.
    const sent = () => {
      if (slow) done();
    };
    if (this.#base64) webSocket.send(`${channel}${data.toString('base64')}`, sent);
    else webSocket.send(Buffer.concat([Buffer.from([channel]), data]), { binary: true }, sent);
    if (!slow) done();
  }

  writable(channel: number): Writable {
    return new Writable({
      highWaterMark: HELD_BYTES,
      write: (chunk: Buffer, _encoding, done) => this.send(channel, chunk, done),
    });
  }

  /** What is pushed into it holds up the WebSocket while nobody reads. */
  readable(): Readable & { take(data: Buffer): void } {
    const readable = new Readable({
      highWaterMark: HELD_BYTES,
      read: () => {
        if (this.#webSocket.isPaused) this.#webSocket.resume();
      },
    });
    const take = (data: Buffer) => {
      if (!readable.readableEnded && !readable.destroyed && !readable.push(data)) this.#webSocket.pause();
    };
    return Object.assign(readable, { take });
  }

  /** Closes after what was sent. Resolves when it is closed. */
  close(): Promise<void> {
    const webSocket = this.#webSocket;
    if (webSocket.readyState === webSocket.CLOSED) return Promise.resolve();
    return new Promise((resolve) => {
      webSocket.once('close', () => resolve());
      if (webSocket.isPaused) webSocket.resume();
      webSocket.close(1000);
    });
  }
}
