import { newNotFound } from '@coxswain/api';
import { groupResource } from '../registry/group-resource.ts';
import type { Revision } from '../registry/object-store.ts';
import { negotiateResponse } from '../server/negotiate.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import type { HandlerDependencies } from './dependencies.ts';
import { objectAnswer } from './encode-object.ts';
import { readVersionOf, waitForVersion } from './read-version.ts';
import { inView } from './update.ts';
import type { UpdateTarget } from './update-target.ts';
import { viewOf } from './view-of.ts';

/** GET of an object or of a subresource that shows a part of it. */
export async function handleGet(
  dependencies: HandlerDependencies,
  context: RequestContext,
  request: ResourceRequest,
  target: UpdateTarget,
): Promise<Answer> {
  const form = negotiateResponse(context.headers.accept);
  const found = await readObject(dependencies, context, request);
  return objectAnswer(dependencies, form, 200, target.kind, inView(target, found), context.query);
}

/** The object as the request's resourceVersion asks for it. @throws StatusError NotFound */
export async function readObject(
  { caches }: Pick<HandlerDependencies, 'caches'>,
  { query }: Pick<RequestContext, 'query'>,
  { kind, namespace, name }: ResourceRequest,
): Promise<Pick<Revision, 'object' | 'bytes'>> {
  const cache = caches.forKind(kind);
  const version = readVersionOf(query, false);
  if (version.type !== 'any') await waitForVersion(caches, cache, version);
  const entry = cache.get(namespace, name);
  if (!entry) throw newNotFound(groupResource(kind), name);
  return viewOf(kind, entry);
}
