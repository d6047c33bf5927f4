import type { ConfigMap, DownwardAPIVolumeFile, KeyToPath, Pod, Secret } from '@coxswain/api';
import { type DownwardContext, resolveFieldRef, resolveResourceFieldRef } from '../container/field-ref.ts';
import type { VolumeFile } from './atomic-writer.ts';

/** A volume that can't be set up; the message ends up in the FailedMount event. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError';
}

const DEFAULT_MODE = 0o644;

export interface PayloadOptions {
  readonly items?: readonly KeyToPath[] | undefined;
  readonly defaultMode?: number | undefined;
  readonly optional?: boolean | undefined;
}

/** @throws VolumeError for a key in `items` that isn't there, unless optional */
export function configMapFiles(object: ConfigMap, options: PayloadOptions): [string, VolumeFile][] {
  const payload = new Map<string, Buffer>();
  for (const [key, value] of Object.entries(object.data ?? {})) payload.set(key, Buffer.from(value, 'utf8'));
  for (const [key, value] of Object.entries(object.binaryData ?? {})) payload.set(key, Buffer.from(value, 'base64'));
  return pick(payload, options, 'configmap references non-existent config key');
}

/** @throws VolumeError for a key in `items` that isn't there, unless optional */
export function secretFiles(object: Secret, options: PayloadOptions): [string, VolumeFile][] {
  const payload = new Map(
    Object.entries(object.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const),
  );
  return pick(payload, options, 'references non-existent secret key');
}

function pick(
  payload: ReadonlyMap<string, Buffer>,
  options: PayloadOptions,
  complaint: string,
): [string, VolumeFile][] {
  const defaultMode = options.defaultMode ?? DEFAULT_MODE;
  if (!options.items || options.items.length === 0)
    return [...payload].map(([key, data]) => [key, { data, mode: defaultMode }]);
  const files: [string, VolumeFile][] = [];
  for (const { key, path, mode } of options.items) {
    const data = payload.get(key);
    if (data) files.push([checkedPath(path), { data, mode: mode ?? defaultMode }]);
    else if (!options.optional) throw new VolumeError(`${complaint}: ${key}`);
  }
  return files;
}

export function downwardFiles(
  pod: Pod,
  items: readonly DownwardAPIVolumeFile[],
  defaultMode: number | undefined,
  context: DownwardContext,
): [string, VolumeFile][] {
  return items.map(({ path, fieldRef, resourceFieldRef, mode }) => {
    const text = fieldRef
      ? resolveFieldRef(pod, fieldRef.fieldPath, context)
      : resourceFieldRef
        ? resolveResourceFieldRef(pod, resourceFieldRef, undefined, context)
        : '';
    return [checkedPath(path), { data: Buffer.from(text, 'utf8'), mode: mode ?? defaultMode ?? DEFAULT_MODE }];
  });
}

/** Validation forbids it too; a path must never leave the volume. */
export function checkedPath(path: string): string {
  const parts = path.split('/');
  if (path.startsWith('/') || parts.includes('..') || path === '' || path.startsWith('..'))
    throw new VolumeError(`invalid path: ${path}`);
  return parts.filter((part) => part !== '' && part !== '.').join('/');
}
