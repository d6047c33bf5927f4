import type { TLSSocket } from 'node:tls';
import { openSocket, rawRequest } from './raw-connection.ts';
import type { Target } from './target.ts';

const MARK = Buffer.from('"round":"w');
const QUOTE = 0x22;
const LONGEST_MARK = 32;

/** A watch that looks for the annotation `round: w<number>` in what comes and for nothing else. */
export async function openRawWatch(
  target: Target,
  path: string,
  onRound: (round: number) => void,
): Promise<{ close(): void }> {
  const socket: TLSSocket = await openSocket(target);
  let rest: Buffer = Buffer.alloc(0);
  const opened = new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', () => resolve());
  });
  socket.on('data', (chunk: Buffer) => {
    const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    for (;;) {
      const found = data.indexOf(MARK, at);
      if (found < 0) break;
      const end = data.indexOf(QUOTE, found + MARK.length);
      if (end < 0) break;
      onRound(Number(data.toString('latin1', found + MARK.length, end)));
      at = end;
    }
    rest = data.subarray(Math.max(at, data.length - LONGEST_MARK));
  });
  socket.write(rawRequest(target, 'GET', path));
  await opened;
  return { close: () => socket.destroy() };
}
