import { type Kind, type KubeObject, newResourceExpired, StatusError, tableColumns, tableRow } from '@coxswain/api';
import type { CacheEntry, CacheListResult } from '../cache/resource-cache.ts';
import { negotiateResponse, type ResponseForm } from '../server/negotiate.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import { type ContinueToken, decodeContinueToken, encodeContinueToken } from './continue-token.ts';
import type { HandlerDependencies } from './dependencies.ts';
import { includeObjectOf, partialMetadata, viewOf } from './encode-object.ts';
import { integerParameter, readVersionOf, waitForVersion } from './read-version.ts';
import { selectionOf } from './selection.ts';

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
  const now = dependencies.clock.now();
  const { contentType } = form;
  if (form.as === 'object' && !kind.storedAs)
    return { type: 'stream', code: 200, contentType, ...entryChunks(kind, page) };
  const chunks = form.as === 'table' ? tableChunks(kind, page, context.query, now) : listChunks(kind, page, form);
  return { type: 'stream', code: 200, contentType, chunks };
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
  const result = cache.list({
    ...scope,
    ...(limit > 0 && version.type !== 'any' ? { limit } : {}),
    ...(token ? { after: token.after } : {}),
    ...(token && token.revision > 0 ? { atRevision: token.revision } : {}),
    ...(!token && version.type === 'exact' ? { atRevision: version.revision } : {}),
  });
  if (result.outcome === 'page') return result;
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

const COMMA = Buffer.from(',');
const END = Buffer.from(']}\n');

/** A list of the cache's own bytes. */
function entryChunks(kind: Kind, page: Page): { chunks: Iterable<Buffer>; length: number } {
  const head = Buffer.from(
    listHead({ kind: `${kind.kind}List`, apiVersion: kind.apiVersion, metadata: listMeta(page) }),
  );
  const chunks: Buffer[] = [head];
  let length = head.length + END.length;
  for (const { bytes } of page.entries) {
    if (chunks.length > 1) {
      chunks.push(COMMA);
      length += COMMA.length;
    }
    chunks.push(bytes);
    length += bytes.length;
  }
  chunks.push(END);
  return { chunks, length };
}

function* listChunks(kind: Kind, page: Page, form: ResponseForm): Iterable<Buffer> {
  const partial = form.as === 'partial-metadata';
  const head = partial
    ? { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata: listMeta(page) }
    : { kind: `${kind.kind}List`, apiVersion: kind.apiVersion, metadata: listMeta(page) };
  yield Buffer.from(listHead(head));
  let first = true;
  for (const entry of page.entries) {
    if (!first) yield COMMA;
    first = false;
    const view = viewOf(kind, entry);
    yield partial ? Buffer.from(JSON.stringify(partialMetadata(view.object))) : view.bytes;
  }
  yield END;
}

/** The beginning of a list's JSON, up to its first item. */
function listHead(list: object): string {
  return `${JSON.stringify(list).slice(0, -1)},"items":[`;
}

function* tableChunks(kind: Kind, page: Page, query: URLSearchParams, now: number): Iterable<Buffer> {
  const includeObject = includeObjectOf(query);
  const head = {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: listMeta(page),
    columnDefinitions: tableColumns(kind),
  };
  yield Buffer.from(`${JSON.stringify(head).slice(0, -1)},"rows":[`);
  let first = true;
  for (const entry of page.entries) {
    const row = JSON.stringify(tableRow(kind, objectOf(kind, entry), { now, includeObject }));
    yield Buffer.from(first ? row : `,${row}`);
    first = false;
  }
  yield END;
}

function objectOf(kind: Kind, entry: CacheEntry): KubeObject {
  return viewOf(kind, entry).object;
}
