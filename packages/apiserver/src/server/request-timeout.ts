import { newBadRequest } from '@coxswain/api';
import { parseDuration } from '@coxswain/foundation';

/**
 * What `?timeout=` (a Go duration) allows a short request, in milliseconds; undefined where that is no less than the
 * server's own bound. @throws StatusError BadRequest
 */
export function requestTimeout(query: URLSearchParams, maxMs: number): number | undefined {
  const text = query.get('timeout');
  if (text === null || text === '') return undefined;
  const ms = parseDuration(text);
  if (ms === undefined) throw newBadRequest('invalid timeout specified in the request URL');
  return ms > 0 && ms < maxMs ? ms : undefined;
}
