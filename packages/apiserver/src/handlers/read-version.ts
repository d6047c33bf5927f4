import {
  type FieldError,
  failure,
  fieldForbidden,
  fieldInvalid,
  fieldNotSupported,
  newBadRequest,
  newInvalid,
  path,
  StatusError,
} from '@coxswain/api';
import type { ResourceCache, ResourceCaches } from '../cache/resource-cache.ts';

/** What resourceVersion and resourceVersionMatch ask of a read. */
export type ReadVersion =
  | { readonly type: 'newest' }
  | { readonly type: 'any' }
  | { readonly type: 'not-older-than'; readonly revision: number }
  | { readonly type: 'exact'; readonly revision: number };

/**
 * As the API's page on resource versions has it: with a limit and no match a resourceVersion other than 0 is meant exactly.
 * @throws StatusError BadRequest or Invalid
 */
export function readVersionOf(query: URLSearchParams, watching: boolean): ReadVersion {
  const text = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  const continuation = query.get('continue') ?? '';
  if (!watching) checkMatch(text, match, continuation);
  if (!watching && continuation !== '' && text !== '' && text !== '0')
    throw newBadRequest('specifying resource version is not allowed when using continue');
  if (text === '') return { type: 'newest' };
  const revision = parseRevision(text);
  if (revision === 0) return { type: 'any' };
  const exact = match === 'Exact' || (match === '' && !watching && (integerParameter(query, 'limit') ?? 0) > 0);
  return { type: exact ? 'exact' : 'not-older-than', revision };
}

function checkMatch(version: string, match: string, continuation: string): void {
  if (match === '') return;
  const at = path('resourceVersionMatch');
  const errors: FieldError[] = [];
  if (continuation !== '')
    errors.push(fieldForbidden(at, 'resourceVersionMatch is forbidden when continue is provided'));
  if (version === '')
    errors.push(fieldForbidden(at, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  if (match !== 'Exact' && match !== 'NotOlderThan')
    errors.push(fieldNotSupported(at, match, ['Exact', 'NotOlderThan']));
  else if (match === 'Exact' && version === '0')
    errors.push(fieldForbidden(at, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  if (errors.length > 0) throw newInvalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
}

function parseRevision(text: string): number {
  if (/^\d{1,16}$/.test(text)) return Number(text);
  throw newInvalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
    fieldInvalid(path('resourceVersion'), text, `strconv.ParseUint: parsing "${text}": invalid syntax`),
  ]);
}

/**
 * Waits until the cache may answer; undefined when it may at once. Ends by itself soon after the store's time-out, so readers that the client has left
 * need not be told. @throws StatusError 504 when the asked revision does not come in time
 */
export function waitForVersion(
  caches: ResourceCaches,
  cache: ResourceCache,
  version: ReadVersion,
): Promise<void> | undefined {
  const reach = (revision: number) => (cache.revision >= revision ? undefined : waitForRevision(cache, revision));
  switch (version.type) {
    case 'any':
      return undefined;
    case 'newest':
      return caches.currentRevision().then(reach);
    case 'exact':
    case 'not-older-than':
      return reach(version.revision);
    default:
      return version satisfies never;
  }
}

async function waitForRevision(cache: ResourceCache, revision: number): Promise<void> {
  const result = await cache.waitForRevision(revision);
  if (result.outcome === 'too-new') throw tooLargeResourceVersion(revision, result.current);
}

/** Upstream's answer to a revision from the future; clients know it by its cause. */
function tooLargeResourceVersion(revision: number, current: number): StatusError {
  const message = `Timeout: Too large resource version: ${revision}, current: ${current}`;
  return new StatusError(
    failure(504, 'Timeout', message, {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    }),
  );
}

/** A non-negative whole number, undefined when absent. */
export function integerParameter(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^-?\d+$/.test(text)) throw newBadRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  if (Math.abs(Number(text)) > 2 ** 63) throw newBadRequest(`strconv.ParseInt: parsing "${text}": value out of range`);
  return Number(text);
}
