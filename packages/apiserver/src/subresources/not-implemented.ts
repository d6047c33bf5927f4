import { failure, StatusError } from '@coxswain/api';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';

/** 501 for subresources that are known but not served yet. */
export async function notImplemented(
  _dependencies: unknown,
  _context: RequestContext,
  { kind, subresource }: ResourceRequest,
): Promise<Answer> {
  throw new StatusError(failure(501, 'NotImplemented', `${kind.plural}/${subresource} is not served yet`));
}
