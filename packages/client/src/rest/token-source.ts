import { readFile } from 'node:fs/promises';
import type { ClientConfig } from '../config/client-config.ts';

const REREAD_MS = 60_000;

/** Gives the Authorization header of each request, or undefined; a token file is read again each minute. */
export function authorization(config: ClientConfig): () => Promise<string | undefined> | string | undefined {
  const { token, tokenFile, username, password } = config;
  if (tokenFile !== undefined) return fileToken(tokenFile, token);
  if (token !== undefined) return () => `Bearer ${token}`;
  if (username !== undefined) {
    const basic = `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`;
    return () => basic;
  }
  return () => undefined;
}

function fileToken(path: string, fallback: string | undefined): () => Promise<string | undefined> | string | undefined {
  let header = fallback === undefined ? undefined : `Bearer ${fallback}`;
  let readAt = -Infinity;
  async function read(): Promise<string | undefined> {
    readAt = performance.now();
    try {
      header = `Bearer ${(await readFile(path, 'utf8')).trim()}`;
    } catch (error) {
      if (header === undefined) throw error;
    }
    return header;
  }
  return () => (performance.now() - readAt < REREAD_MS && header !== undefined ? header : read());
}
