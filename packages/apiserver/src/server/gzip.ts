import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

/** Upstream's level: most of the gain for the least time. */
const LEVEL = 1;
const CHUNK_BYTES = 64 * 1024;

/** Whether an Accept-Encoding names gzip and does not refuse it. */
export function acceptsGzip({ 'accept-encoding': accepted }: IncomingHttpHeaders): boolean {
  if (accepted === undefined) return false;
  return String(accepted)
    .split(',')
    .some((clause) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$)[\d.]+\s*)?$/i.test(clause));
}

/** The pieces compressed, in threads beside the event loop. */
export function gzipped(pieces: Iterable<Buffer>): AsyncIterable<Buffer> {
  const gzip = createGzip({ level: LEVEL, chunkSize: CHUNK_BYTES });
  return Readable.from(pieces, { objectMode: false, highWaterMark: CHUNK_BYTES }).compose(
    gzip,
  ) as AsyncIterable<Buffer>;
}
