import type { TLSSocket } from 'node:tls';
import { openSocket, rawRequest } from './raw-connection.ts';
import { roundReader } from './round-reader.ts';
import type { Target } from './target.ts';

/** A watch that reads the rounds of what comes and nothing else. */
export async function openRawWatch(
  target: Target,
  path: string,
  onRound: (round: number) => void,
): Promise<{ close(): void }> {
  const socket: TLSSocket = await openSocket(target);
  const opened = new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', () => resolve());
  });
  socket.on('data', roundReader(onRound));
  socket.write(rawRequest(target, 'GET', path));
  await opened;
  return { close: () => socket.destroy() };
}
