import type { ServerResponse } from 'node:http';
import type { Answer } from './request-context.ts';

const FLUSH_BYTES = 64 * 1024;

/** Writes a streamed answer. Resolves when all of it is handed over or the client has gone. Throws what the chunks throw. */
export async function writeStream(
  response: ServerResponse,
  answer: Extract<Answer, { type: 'stream' }>,
  headers: Readonly<Record<string, string | string[]>>,
): Promise<void> {
  const { code, contentType, chunks } = answer;
  const head = { ...headers, ...answer.headers, 'content-type': contentType };
  if (Symbol.asyncIterator in chunks) {
    response.writeHead(code, head);
    response.flushHeaders();
    for await (const chunk of chunks) if (!(await write(response, chunk))) return;
    response.end();
    return;
  }
  let pending: Buffer[] = [];
  let size = 0;
  let started = false;
  for (const chunk of chunks) {
    pending.push(chunk);
    size += chunk.length;
    if (size < FLUSH_BYTES) continue;
    if (!started) response.writeHead(code, head);
    started = true;
    if (!(await write(response, Buffer.concat(pending, size)))) return;
    pending = [];
    size = 0;
  }
  if (!started) response.writeHead(code, { ...head, 'content-length': String(size) });
  response.end(Buffer.concat(pending, size));
}

/** False when the client has gone. */
function write(response: ServerResponse, chunk: Buffer): Promise<boolean> | boolean {
  if (response.destroyed) return false;
  if (response.write(chunk)) return true;
  return new Promise((resolve) => {
    const settle = () => {
      response.off('drain', settle);
      response.off('close', settle);
      resolve(!response.destroyed);
    };
    response.once('drain', settle);
    response.once('close', settle);
  });
}
