import { failure, newRequestEntityTooLarge, StatusError } from '@coxswain/api';
import type { Asked } from './reply.ts';
import { bodyOf } from './stream-of.ts';

export const BODY_LIMIT_BYTES = 3 * 1024 * 1024;

/** Whether the request brings something; what a GET brings nobody reads. */
export function hasBody({ method, headers }: Asked): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  return (headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined;
}

/** The whole body. @throws StatusError 413 beyond `BODY_LIMIT_BYTES`, 415 when it is encoded, 400 when it breaks off */
export function readBody(asked: Asked): Promise<Buffer> {
  refuseEncoded(asked);
  const request = bodyOf(asked);
  return new Promise((resolve, reject) => {
    const tooLarge = () => reject(newRequestEntityTooLarge(`limit is ${BODY_LIMIT_BYTES}`));
    if (Number(asked.headers['content-length']) > BODY_LIMIT_BYTES) return tooLarge();
    const chunks: Buffer[] = [];
    let size = 0;
    const receive = (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= BODY_LIMIT_BYTES) return;
      request.off('data', receive);
      tooLarge();
    };
    request.on('data', receive);
    // A copy in any case: chunks may lie in memory that the socket reads into again.
    request.on('end', () => resolve(Buffer.concat(chunks, size)));
    request.on('error', (error) => reject(new StatusError(failure(400, 'BadRequest', error.message))));
  });
}

/** Bodies come as they are: what is compressed could be anything, and of any size. */
function refuseEncoded({ headers }: Asked): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return;
  const message = `the body of the request was in an unknown encoding (${encoding}) - accepted encodings include: identity`;
  throw new StatusError(failure(415, 'UnsupportedMediaType', message));
}
