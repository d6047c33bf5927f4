import {
  type FieldError,
  failure,
  fieldForbidden,
  fieldInvalid,
  type Kind,
  newInvalid,
  path,
  renderTable,
} from '@coxswain/api';
import { joinFrames } from '../cache/join-frames.ts';
import { bookmarkObject, jsonWatchEncoding } from '../cache/json-watch-encoding.ts';
import type { CacheWatchOptions, WatchEncoding, WatchEvent } from '../cache/resource-cache.ts';
import { protobufErrorFrame, protobufWatchEncoding } from '../protobuf/protobuf-watch-encoding.ts';
import { booleanParameter, negotiateResponse, type ResponseForm } from '../server/negotiate.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import type { HandlerDependencies } from './dependencies.ts';
import { partialMetadata } from './partial-metadata.ts';
import { integerParameter, type ReadVersion, readVersionOf, waitForVersion } from './read-version.ts';
import { selectionOf } from './selection.ts';
import { tableOptions } from './table.ts';
import { viewOf } from './view-of.ts';

/** GET with watch=true: events as they come, one JSON document a line (KEP-3157 for sendInitialEvents). */
export async function handleWatch(
  { caches, clock, minRequestTimeoutMs, metrics }: HandlerDependencies,
  context: RequestContext,
  request: ResourceRequest,
): Promise<Answer> {
  const { query, signal } = context;
  const { kind } = request;
  const form = negotiateResponse(context.headers.accept);
  const scope = selectionOf(context, request);
  const initialEvents = sendInitialEvents(query);
  const version = readVersionOf(query, true);
  const timeoutSeconds = integerParameter(query, 'timeoutSeconds') ?? 0;
  const cache = caches.forKind(kind);
  const start = startOf(version, initialEvents);
  if (start === 'initial') await waitForVersion(caches, cache, version);
  const result = cache.watch({
    ...scope,
    start,
    bookmarks: booleanParameter(query, 'allowWatchBookmarks'),
    initialEventsEnd: initialEvents === true,
    timeoutMs: timeoutSeconds > 0 ? timeoutSeconds * 1000 : minRequestTimeoutMs * (1 + Math.random()),
    signal,
  });
  const contentType = form.protobuf ? `${form.contentType};stream=watch` : form.contentType;
  if (result.outcome === 'expired') {
    const object = failure(410, 'Expired', result.message);
    const chunks = [
      form.protobuf ? protobufErrorFrame(object) : Buffer.from(`${JSON.stringify({ type: 'ERROR', object })}\n`),
    ];
    return { type: 'stream', code: 200, contentType, chunks };
  }
  const encoding = encodingOf(kind, form, query, () => clock.now());
  return {
    type: 'stream',
    code: 200,
    contentType,
    chunks: frames(result.watch, encoding, metrics.watching(kind)),
  };
}

/** What is written of each batch. It holds no batch while it waits for the next: the first may be a whole list. */
function frames(
  watch: AsyncIterable<readonly WatchEvent[]>,
  encoding: WatchEncoding,
  sent: (count: number, bytes: number) => void,
): AsyncIterable<Buffer> {
  const batches = watch[Symbol.asyncIterator]();
  const frame = ({ done, value }: IteratorResult<readonly WatchEvent[]>): IteratorResult<Buffer> => {
    if (done) return { done: true, value: undefined };
    const joined = joinFrames(value, encoding);
    sent(value.length, joined.length);
    return { done: false, value: joined };
  };
  const source: AsyncIterator<Buffer> = {
    next: () => batches.next().then(frame),
    return: async () => {
      await batches.return?.();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => source };
}

function sendInitialEvents(query: URLSearchParams): boolean | undefined {
  const match = query.get('resourceVersionMatch') ?? '';
  const given = query.get('sendInitialEvents');
  const errors: FieldError[] = [];
  const at = path('resourceVersionMatch');
  if (given === null) {
    if (match !== '')
      errors.push(
        fieldForbidden(at, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'),
      );
  } else if (match === '') {
    errors.push(fieldForbidden(at, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  } else if (match !== 'NotOlderThan') {
    errors.push(fieldInvalid(at, match, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  }
  if (errors.length > 0) throw newInvalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
  return given === null ? undefined : booleanParameter(query, 'sendInitialEvents');
}

function startOf(version: ReadVersion, initialEvents: boolean | undefined): CacheWatchOptions['start'] {
  if (initialEvents === true) return 'initial';
  if (version.type === 'not-older-than' || version.type === 'exact') return { after: version.revision };
  return initialEvents === false ? 'now' : 'initial';
}

function encodingOf(kind: Kind, form: ResponseForm, query: URLSearchParams, now: () => number): WatchEncoding {
  const line = (type: string, object: unknown) => Buffer.from(`${JSON.stringify({ type, object })}\n`);
  if (form.protobuf && form.as !== 'table') return protobufWatchEncoding(kind, form.as);
  switch (form.as) {
    case 'object':
      if (!kind.storedAs) return jsonWatchEncoding(kind);
      return {
        id: `view:${kind.apiVersion}`,
        frame: (type, entry) => line(type, viewOf(kind, entry).object),
        bookmark: (revision, end) => line('BOOKMARK', bookmarkObject(kind, revision, end)),
      };
    case 'partial-metadata':
      return {
        id: `partial:${kind.apiVersion}`,
        frame: (type, entry) => line(type, partialMetadata(viewOf(kind, entry).object)),
        bookmark: (revision, end) =>
          line('BOOKMARK', {
            ...bookmarkObject(kind, revision, end),
            kind: 'PartialObjectMetadata',
            apiVersion: 'meta.k8s.io/v1',
          }),
      };
    case 'table': {
      const { includeObject } = tableOptions(query, now());
      const table = (entry: Parameters<typeof viewOf>[1]) => ({
        ...renderTable(kind, [viewOf(kind, entry).object], { now: now(), includeObject }),
        metadata: { resourceVersion: String(entry.revision) },
      });
      return {
        id: `table:${includeObject}:${kind.apiVersion}`,
        frame: (type, entry) => line(type, table(entry)),
        bookmark: (revision, end) =>
          line('BOOKMARK', {
            ...renderTable(kind, [], { now: now() }),
            metadata: { resourceVersion: String(revision) },
            rows: [{ cells: [], object: bookmarkObject(kind, revision, end) }],
          }),
      };
    }
    default:
      return form.as satisfies never;
  }
}
