import type { KubeObject } from '@coxswain/api';

/**
 * The bytes to store for an object: JSON with kind, apiVersion and metadata first, in this order, and without
 * metadata.resourceVersion, so that the cache can splice that in without parsing.
 */
export function encodeStored(object: KubeObject): Buffer {
  const { kind, apiVersion, metadata, ...rest } = object;
  const stored = { kind, apiVersion, metadata: { ...metadata, resourceVersion: undefined }, ...rest };
  return Buffer.from(JSON.stringify(stored));
}
