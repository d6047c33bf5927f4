import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { roundReader } from './round-reader.ts';
import type { Target } from './target.ts';

const OPENED = Buffer.from('{"type":"ADDED"');

export function hasCurl(): boolean {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * So many watches of one object in one process of curl, which takes an event for a fraction of what node's TLS needs.
 * Their answers come mixed; a round that two of their pieces divide is not seen. Resolves when all have got the object.
 */
export async function openCurlWatches(
  { server, token, caFile }: Target,
  path: string,
  count: number,
  onRound: (round: number) => void,
): Promise<{ close(): void }> {
  const curl = spawn('curl', ['--parallel', '--parallel-immediate', '--parallel-max', String(count), '-K', '-'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const watch = `url = "${server}${path}"\nheader = "Authorization: Bearer ${token}"\ncacert = "${caFile}"\nsilent\nno-buffer\n`;
  // What is secret stays out of the command line.
  curl.stdin.end(Array.from({ length: count }, () => watch).join('next\n'));
  let opened = 0;
  const all = new Promise<void>((resolve) => {
    let rest: Buffer = Buffer.alloc(0);
    const look = (chunk: Buffer) => {
      const data = Buffer.concat([rest, chunk]);
      for (let at = data.indexOf(OPENED); at >= 0; at = data.indexOf(OPENED, at + 1)) opened++;
      // Too short for one, long enough for the beginning of one.
      rest = data.subarray(Math.max(0, data.length - OPENED.length + 1));
      if (opened < count) return;
      curl.stdout.off('data', look);
      resolve();
    };
    curl.stdout.on('data', look);
  });
  curl.stdout.on('data', roundReader(onRound));
  await Promise.race([
    all,
    once(curl, 'exit').then(() => {
      throw new Error(`curl ended, ${opened} watches were open`);
    }),
  ]);
  return { close: () => curl.kill() };
}
