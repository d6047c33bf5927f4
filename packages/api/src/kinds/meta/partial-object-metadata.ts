import { list, of } from '../../schema/builders.ts';
import { struct } from '../../schema/struct.ts';
import { ListMeta } from './list-meta.ts';
import { ObjectMeta } from './object-meta.ts';

/** An object without all but its metadata (KEP-2334). */
export const PartialObjectMetadata = struct('PartialObjectMetadata', {
  metadata: of(1, ObjectMeta).expected(),
});

/** Of a list of anything: its own metadata, which is all that is written of it apart from the items. */
export const ListHead = struct('List', { metadata: of(1, ListMeta) });

export const PartialObjectMetadataList = struct('PartialObjectMetadataList', {
  metadata: of(1, ListMeta),
  items: list(2, PartialObjectMetadata),
});
