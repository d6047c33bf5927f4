import { readFile } from 'node:fs/promises';

/** Whether 127.0.0.1 answers in the network namespace `/proc/<pid>/ns/net`; false for any other path. */
export async function hasLoopback(netns: string): Promise<boolean> {
  const process = /^(\/proc\/\d+)\/ns\/net$/.exec(netns)?.[1];
  if (process === undefined) return false;
  const table = await readFile(`${process}/net/fib_trie`, 'utf8').catch(() => '');
  return /127\.0\.0\.1\s+\/32 host LOCAL/.test(table);
}
