import { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Asked, Reply } from './reply.ts';

/** The stream of an answer that goes out piece by piece. Throws for a plain GET's, of which there is none. */
export function streamOf(response: Reply): ServerResponse {
  if (response instanceof ServerResponse) return response;
  throw new TypeError('this answer goes out in one piece');
}

/** The stream of what a request brings. Throws for a plain GET, which brings nothing. */
export function bodyOf(request: Asked): Readable {
  if (request instanceof Readable) return request;
  throw new TypeError('this request has no body');
}
