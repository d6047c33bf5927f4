import { encodeMessage, type Kind, ProtobufWriter, protobufBody, type Status, StatusSchema } from '@coxswain/api';
import { bookmarkObject } from '../cache/json-watch-encoding.ts';
import type { CacheEntry, WatchEncoding } from '../cache/resource-cache.ts';
import { entryMessage, entryMetadataMessage, metadataMessage } from './protobuf-view.ts';

const METADATA = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata' };

/** Watch events as upstream frames them: four bytes of length, then meta.v1.WatchEvent around a whole enveloped object. */
export function protobufWatchEncoding(kind: Kind, as: 'object' | 'partial-metadata'): WatchEncoding {
  const partial = as === 'partial-metadata';
  const head = partial ? METADATA : kind;
  const message = (entry: CacheEntry) => (partial ? entryMetadataMessage(kind, entry) : entryMessage(kind, entry));
  return {
    id: `protobuf:${as}:${kind.apiVersion}`,
    frame: (type, entry) => watchFrame(type, protobufBody(head.apiVersion, head.kind, message(entry))),
    bookmark(revision, end) {
      const object = bookmarkObject(kind, revision, end) as never;
      const bytes = partial ? metadataMessage(object) : encodeMessage(kind.struct, object);
      return watchFrame('BOOKMARK', protobufBody(head.apiVersion, head.kind, bytes));
    },
  };
}

/** The frame of an ERROR event. */
export function protobufErrorFrame(status: Status): Buffer {
  return watchFrame('ERROR', protobufStatus(status));
}

/** A Status as a body of application/vnd.kubernetes.protobuf. */
export function protobufStatus(status: Status): Buffer {
  return protobufBody('v1', 'Status', encodeMessage(StatusSchema, status));
}

function watchFrame(type: string, object: Buffer): Buffer {
  const writer = new ProtobufWriter();
  writer.bytes(object);
  writer.tag(1, 2);
  writer.closeMessage(2, 0);
  writer.string(type);
  writer.tag(1, 2);
  const event = writer.finish();
  const length = Buffer.alloc(4);
  length.writeUInt32BE(event.length);
  return Buffer.concat([length, event]);
}
