import type { Kind, KubeObject } from '@coxswain/api';
import type { CacheEntry } from '../cache/resource-cache.ts';
import { viewOf } from './view-of.ts';

const HEAD = Buffer.from('{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":');
const END = Buffer.from('}');

export function partialMetadata({ metadata }: KubeObject): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

/** The JSON of an entry's metadata alone, in pieces. */
export function partialMetadataChunks(kind: Kind, entry: CacheEntry): readonly Buffer[] {
  if (kind.storedAs) return [Buffer.from(JSON.stringify(partialMetadata(viewOf(kind, entry).object)))];
  return [HEAD, entry.metadataBytes, END];
}
