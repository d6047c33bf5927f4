import { type Kind, newResourceExpired, StatusError } from '@coxswain/api';
import type { CacheListResult } from '../cache/resource-cache.ts';
import { protobufList } from '../protobuf/protobuf-list.ts';
import { entryMessage, entryMetadataMessage } from '../protobuf/protobuf-view.ts';
import { negotiateResponse, type ResponseForm } from '../server/negotiate.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import { type ContinueToken, decodeContinueToken, encodeContinueToken } from './continue-token.ts';
import type { HandlerDependencies } from './dependencies.ts';
import { type Chunks, joinedList } from './joined-list.ts';
import { partialMetadataChunks } from './partial-metadata.ts';
import { integerParameter, readVersionOf, waitForVersion } from './read-version.ts';
import { selectionOf } from './selection.ts';
import { tableChunks, tableOptions } from './table.ts';
import { viewOf } from './view-of.ts';

type Page = Extract<CacheListResult, { outcome: 'page' }>;

/** GET of a collection, written from the cache's bytes. */
export async function handleList(
  dependencies: HandlerDependencies,
  context: RequestContext,
  request: ResourceRequest,
): Promise<Answer> {
  const form = negotiateResponse(context.headers.accept);
  const page = await readPage(dependencies, context, request);
  const { kind } = request;
  const { contentType } = form;
  const chunks =
    form.as === 'table'
      ? tableChunks(kind, page.entries, listMeta(page), tableOptions(context.query, dependencies.clock.now()))
      : listChunks(kind, page, form);
  return { type: 'stream', code: 200, contentType, ...chunks };
}

export async function readPage(
  { caches }: Pick<HandlerDependencies, 'caches'>,
  context: RequestContext,
  request: ResourceRequest,
): Promise<Page> {
  const { query } = context;
  const cache = caches.forKind(request.kind);
  const scope = selectionOf(context, request);
  const version = readVersionOf(query, false);
  const limit = integerParameter(query, 'limit') ?? 0;
  const continuation = query.get('continue') ?? '';
  const token = continuation === '' ? undefined : decodeContinueToken(continuation);
  const wait = token ? ({ type: 'newest' } as const) : version;
  await waitForVersion(caches, cache, wait);
  const asked = {
    ...scope,
    ...(limit > 0 && version.type !== 'any' ? { limit } : {}),
    ...(token ? { after: token.after } : {}),
  };
  const atRevision = token ? token.revision : version.type === 'exact' ? version.revision : 0;
  if (atRevision <= 0) {
    const result = cache.list(asked);
    if (result.outcome === 'page') return result;
  } else {
    const remembered = cache.list({ ...asked, atRevision });
    if (remembered.outcome === 'page') return remembered;
    const past = await cache.listPast({ ...asked, atRevision }, context.signal);
    if (past.outcome === 'page') return past;
  }
  throw token ? expiredToken(token) : newResourceExpired('The resourceVersion for the provided list is too old.');
}

/** 410 with a token to go on with, for clients that can live with pages of different moments. */
function expiredToken({ after }: ContinueToken): StatusError {
  const { status } = newResourceExpired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  );
  return new StatusError({ ...status, metadata: { continue: encodeContinueToken({ revision: -1, after }) } });
}

function listMeta({ revision, next, remaining }: Page): object {
  return {
    resourceVersion: String(revision),
    ...(next === undefined ? {} : { continue: encodeContinueToken({ revision, after: next }) }),
    ...(next === undefined || remaining === undefined ? {} : { remainingItemCount: remaining }),
  };
}

/** Items are the cache's own bytes where the kind is stored as it is. */
function listChunks(kind: Kind, page: Page, form: ResponseForm): Chunks {
  const metadata = listMeta(page);
  if (form.protobuf) {
    const partial = form.as === 'partial-metadata';
    const message = partial ? entryMetadataMessage : entryMessage;
    const head = partial
      ? { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata }
      : { kind: `${kind.kind}List`, apiVersion: kind.apiVersion, metadata };
    return protobufList(
      head,
      page.entries.map((entry) => message(kind, entry)),
    );
  }
  if (form.as === 'partial-metadata')
    return joinedList(
      { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata },
      'items',
      page.entries.map((entry) => partialMetadataChunks(kind, entry)),
    );
  const items = page.entries.map((entry) => [viewOf(kind, entry).bytes]);
  return joinedList({ kind: `${kind.kind}List`, apiVersion: kind.apiVersion, metadata }, 'items', items);
}
