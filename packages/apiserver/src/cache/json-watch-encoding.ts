import type { CacheEntry, WatchEncoding } from './resource-cache.ts';

const PREFIX = {
  ADDED: Buffer.from('{"type":"ADDED","object":'),
  MODIFIED: Buffer.from('{"type":"MODIFIED","object":'),
  DELETED: Buffer.from('{"type":"DELETED","object":'),
};
const SUFFIX = Buffer.from('}\n');

/** The object of a bookmark, as every encoding of plain JSON sends it. */
export function bookmarkObject(
  kind: { readonly kind: string; readonly apiVersion: string },
  revision: number,
  initialEventsEnd: boolean,
): Record<string, unknown> {
  return {
    kind: kind.kind,
    apiVersion: kind.apiVersion,
    metadata: {
      resourceVersion: String(revision),
      creationTimestamp: null,
      ...(initialEventsEnd && { annotations: { 'k8s.io/initial-events-end': 'true' } }),
    },
  };
}

/** The ordinary watch stream: one JSON document a line, the object's bytes as they are. */
export function jsonWatchEncoding(kind: { readonly kind: string; readonly apiVersion: string }): WatchEncoding {
  return {
    id: 'json',
    frame(type, entry: CacheEntry) {
      return Buffer.concat([PREFIX[type], entry.bytes, SUFFIX]);
    },
    bookmark(revision, initialEventsEnd) {
      const object = bookmarkObject(kind, revision, initialEventsEnd);
      return Buffer.from(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
    },
  };
}
