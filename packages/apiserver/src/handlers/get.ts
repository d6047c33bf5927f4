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

type Caches = Pick<HandlerDependencies, 'caches'>;

/** GET of an object or of a subresource that shows a part of it. */
export async function handleGet(
  dependencies: HandlerDependencies,
  context: RequestContext,
  request: ResourceRequest,
  target: UpdateTarget,
): Promise<Answer> {
  const form = negotiateResponse(context.headers.accept);
  await cacheReady(dependencies, context.query, request);
  const found = findObject(dependencies, request);
  return objectAnswer(dependencies, form, 200, target.kind, inView(target, found), context.query);
}

/** The object as the request's resourceVersion asks for it. @throws StatusError NotFound */
export async function readObject(
  dependencies: Caches,
  { query }: Pick<RequestContext, 'query'>,
  request: ResourceRequest,
): Promise<Pick<Revision, 'object' | 'bytes'>> {
  await cacheReady(dependencies, query, request);
  return findObject(dependencies, request);
}

function cacheReady({ caches }: Caches, query: URLSearchParams, { kind }: ResourceRequest): Promise<void> | undefined {
  return waitForVersion(caches, caches.forKind(kind), readVersionOf(query, false));
}

function findObject(
  { caches }: Caches,
  { kind, namespace, name }: ResourceRequest,
): Pick<Revision, 'object' | 'bytes'> {
  const entry = caches.forKind(kind).get(namespace, name);
  if (!entry) throw newNotFound(groupResource(kind), name);
  return viewOf(kind, entry);
}
