import { childController, type Logger } from '@coxswain/foundation';
import type { Transport } from './answer-message.ts';
import { serveTcp } from './serve-tcp.ts';
import { serveUdp } from './serve-udp.ts';

type Answer = (message: Buffer) => Buffer | undefined | Promise<Buffer>;

/** How many free ports are tried until one is free for both. */
const TRIES = 20;

/** Answers on one port by UDP and TCP until the signal aborts; port 0 takes one that is free for both. Resolves with it. */
export async function serve(
  { host, port, log }: { host: string; port: number; log: Logger },
  answer: (transport: Transport) => Answer,
  signal: AbortSignal,
): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const ends = childController(signal);
    try {
      const taken = await serveUdp({ host, port, log }, answer('udp'), ends.signal);
      return await serveTcp({ host, port: taken }, answer('tcp'), ends.signal);
    } catch (error) {
      ends.abort();
      if (port !== 0 || attempt === TRIES || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}
