import { encodeMessage, type Kind, type KubeObject, PartialObjectMetadata } from '@coxswain/api';
import type { CacheEntry } from '../cache/resource-cache.ts';
import { viewOf } from '../handlers/view-of.ts';

const messages = new WeakMap<object, Map<string, Buffer>>();

/**
 * The protobuf message of a revision, made when first asked for and kept as long as the revision, so that any number of
 * readers and watchers share it. `holder` stands for the revision: the cache's entry, or what a write has saved.
 */
export function messageOf(kind: Kind, holder: { readonly object: Readonly<KubeObject> }): Buffer {
  return remembered(holder, kind.apiVersion, () => encodeMessage(kind.struct, holder.object));
}

export function entryMessage(kind: Kind, entry: CacheEntry): Buffer {
  return remembered(entry, kind.apiVersion, () => encodeMessage(kind.struct, viewOf(kind, entry).object));
}

export function entryMetadataMessage(kind: Kind, entry: CacheEntry): Buffer {
  return remembered(entry, `metadata of ${kind.apiVersion}`, () => metadataMessage(viewOf(kind, entry).object));
}

export function metadataMessage({ metadata }: Readonly<KubeObject>): Buffer {
  return encodeMessage(PartialObjectMetadata, { metadata });
}

function remembered(holder: object, id: string, make: () => Buffer): Buffer {
  const known = messages.get(holder)?.get(id);
  if (known) return known;
  const message = make();
  const all = messages.get(holder) ?? new Map<string, Buffer>();
  messages.set(holder, all.set(id, message));
  return message;
}
