import type { Duplex, Writable } from 'node:stream';
import type { Dial } from './serve-port-forward.ts';

export interface Forwarding {
  /** Where a failure is told as text; ends without a word when all went well. */
  readonly error: Duplex;
  readonly data: Duplex;
  readonly port: number;
  readonly dial: Dial;
  readonly signal: AbortSignal;
}

/** Connects one forwarded connection with the pod's port until both directions are over. Never rejects. */
export async function forwardConnection({ error, data, port, dial, signal }: Forwarding): Promise<void> {
  error.resume();
  try {
    const target = await dial(port, signal);
    await join(data, target, signal);
    error.end();
  } catch (cause) {
    error.end((cause as Error).message);
    data.resume();
    data.end();
  }
}

/** Resolves when both directions ended, rejects when the target breaks; afterwards the target is closed. */
async function join(data: Duplex, target: Duplex, signal: AbortSignal): Promise<void> {
  const hangUp = () => target.destroy();
  try {
    await new Promise<void>((resolve, reject) => {
      target.once('error', reject);
      target.once('close', () => {
        if (data.writable) data.end();
        resolve();
      });
      // The client gave up in the middle: the pod sees it as a lost connection.
      data.once('close', () => {
        if (!data.readableEnded) hangUp();
      });
      signal.addEventListener('abort', () => {
        if (!data.readable) hangUp();
      });
      data.pipe(target as Writable);
      target.pipe(data as Writable);
    });
  } finally {
    target.destroy();
  }
}
