import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';

const LINE_END = Buffer.from('\r\n');
const framings = new WeakMap<Buffer, Buffer>();

/**
 * Writes chunks as they come, the head being written already. Many watches get the same buffers: each is framed for
 * chunked encoding once and handed to the socket as it is, which costs a third less than ServerResponse's three writes.
 * Ends the response; resolves when all is handed over or the client has gone.
 */
export async function writeLive(response: ServerResponse, chunks: AsyncIterable<Buffer>): Promise<void> {
  response.flushHeaders();
  const source = chunks[Symbol.asyncIterator]();
  const writeNext = ({ done, value }: IteratorResult<Buffer>): Promise<boolean> | boolean =>
    done ? false : write(response, value);
  try {
    // No chunk is held while the next one is waited for, which may take hours.
    for (;;) {
      const next = await source.next().then(writeNext);
      if (!next) break;
    }
  } finally {
    await source.return?.();
  }
  if (!response.destroyed) response.end();
}

/** False when the client has gone; resolves when there is room again. */
function write(response: ServerResponse, chunk: Buffer): Promise<boolean> | boolean {
  if (response.destroyed) return false;
  if (chunk.length === 0) return true;
  const { socket } = response;
  // It has no socket of its own while an earlier request of the connection is being answered.
  const direct = response.chunkedEncoding && socket instanceof Socket;
  const writer = direct ? socket : response;
  if (direct ? socket.write(framed(chunk)) : response.write(chunk)) return true;
  return new Promise((resolve) => {
    const settle = () => {
      writer.off('drain', settle);
      response.off('close', settle);
      resolve(!response.destroyed);
    };
    writer.once('drain', settle);
    response.once('close', settle);
  });
}

/** A chunk of HTTP/1.1's chunked encoding. */
function framed(chunk: Buffer): Buffer {
  let framing = framings.get(chunk);
  if (!framing) {
    framing = Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, LINE_END]);
    framings.set(chunk, framing);
  }
  return framing;
}
