import { fieldNotSupported, type Kind, newInvalid, path, tableColumns } from '@coxswain/api';
import type { CacheEntry } from '../cache/resource-cache.ts';
import { type Chunks, joinedList } from './joined-list.ts';
import { partialMetadataChunks } from './partial-metadata.ts';
import { cellsJson } from './table-cells.ts';
import { viewOf } from './view-of.ts';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableOptions {
  readonly includeObject: IncludeObject;
  /** Milliseconds since the epoch, for ages. */
  readonly now: number;
}

/** The includeObject parameter of Table requests. @throws StatusError Invalid */
export function tableOptions(query: URLSearchParams, now: number): TableOptions {
  const includeObject = query.get('includeObject') || 'Metadata';
  if (includeObject === 'None' || includeObject === 'Metadata' || includeObject === 'Object')
    return { includeObject, now };
  throw newInvalid({ group: 'meta.k8s.io', kind: 'TableOptions' }, '', [
    fieldNotSupported(path('includeObject'), includeObject, ['Metadata', 'None', 'Object']),
  ]);
}

/** A Table of cache entries; what its rows carry beside their cells are the cache's bytes. */
export function tableChunks(
  kind: Kind,
  entries: readonly CacheEntry[],
  metadata: object,
  { includeObject, now }: TableOptions,
): Chunks {
  const head = { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions: tableColumns(kind) };
  const rows = entries.map((entry) => {
    const cells = Buffer.from(`{"cells":${cellsJson(kind, entry, now)},"object":`);
    return [cells, ...rowObject(kind, entry, includeObject), END];
  });
  return joinedList(head, 'rows', rows);
}

const END = Buffer.from('}');
const NULL = Buffer.from('null');

function rowObject(kind: Kind, entry: CacheEntry, include: IncludeObject): readonly Buffer[] {
  switch (include) {
    case 'None':
      return [NULL];
    case 'Object':
      return [viewOf(kind, entry).bytes];
    case 'Metadata':
      return partialMetadataChunks(kind, entry);
    default:
      return include satisfies never;
  }
}
