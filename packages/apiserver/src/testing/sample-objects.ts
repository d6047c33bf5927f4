import { configMapKind, type Kind, type KubeObject, podKind } from '@coxswain/api';
import { encodeStored } from '../storage/encode-stored.ts';
import type { Storage } from '../storage/storage.ts';
import { storageKey } from '../storage/storage-path.ts';

export const configMaps = configMapKind as unknown as Kind;
export const pods = podKind as unknown as Kind;

export interface SampleObject {
  readonly namespace?: string;
  readonly name: string;
  readonly labels?: Record<string, string>;
  readonly uid?: string;
  readonly data?: Record<string, string>;
}

export function configMap({ namespace = 'default', name, labels, uid = name, data = {} }: SampleObject): KubeObject {
  const metadata = { name, namespace, uid, ...(labels && { labels }) };
  return { kind: 'ConfigMap', apiVersion: 'v1', metadata, data } as KubeObject;
}

/** Creates or replaces the config map and returns the revision. */
export async function putConfigMap(storage: Storage, sample: SampleObject): Promise<number> {
  const { namespace = 'default', name } = sample;
  const key = storageKey(configMaps, namespace, name);
  const value = encodeStored(configMap(sample));
  const created = await storage.create(key, value);
  if (created.outcome === 'created') return created.revision;
  const updated = await storage.update(key, created.current.revision, value);
  if (updated.outcome !== 'updated') throw new Error(`lost a race for ${key}`);
  return updated.revision;
}

/** Deletes the config map and returns the revision. */
export async function removeConfigMap(storage: Storage, name: string, namespace = 'default'): Promise<number> {
  const key = storageKey(configMaps, namespace, name);
  const current = await storage.get(key);
  const deleted = await storage.delete(key, current?.revision ?? 0);
  if (deleted.outcome !== 'deleted') throw new Error(`${key}: ${deleted.outcome}`);
  return deleted.revision;
}
