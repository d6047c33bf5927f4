import {
  type FieldError,
  fieldDuplicate,
  fieldForbidden,
  fieldInvalid,
  fieldRequired,
  fieldTooLong,
} from '../../../machinery/field-error.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../../machinery/names.ts';
import { tryParseQuantity } from '../../../machinery/quantity.ts';
import { validateFieldRef, validateResourceFieldRef } from './environment-validation.ts';
import type { VolumeProjection } from './projected-volume.ts';
import type { DownwardAPIVolumeFile, KeyToPath } from './volume-items.ts';
import type { Volume } from './volumes.ts';

/** Bytes of a CSI driver's name. */
const MAX_DRIVER_NAME = 63;

/** Names are unique DNS labels, and each volume has exactly one source. */
export function validateVolumes(volumes: readonly Volume[], at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  volumes.forEach((volume, i) => {
    const item = at.index(i);
    if (volume.name) {
      errors.push(...isDns1123Label(volume.name).map((m) => fieldInvalid(item.child('name'), volume.name, m)));
      if (seen.has(volume.name)) errors.push(fieldDuplicate(item.child('name'), volume.name));
      seen.add(volume.name);
    }
    errors.push(...validateSource(volume, item));
  });
  return errors;
}

function validateSource(volume: Volume, at: FieldPath): FieldError[] {
  const { name: _, ...sources } = volume;
  const given = Object.keys(sources);
  if (given.length === 0) return [fieldRequired(at, 'must specify a volume type')];
  const errors = given
    .slice(1)
    .map((type) => fieldForbidden(at.child(type), 'may not specify more than 1 volume type'));
  const { emptyDir, hostPath, configMap, secret, nfs, csi, downwardAPI, projected } = volume;
  if (emptyDir?.sizeLimit && tryParseQuantity(emptyDir.sizeLimit)?.sign() === -1)
    errors.push(
      fieldForbidden(at.child('emptyDir').child('sizeLimit'), 'SizeLimit field must be a valid resource quantity'),
    );
  if (hostPath) {
    if (!hostPath.path) errors.push(fieldRequired(at.child('hostPath').child('path')));
    else errors.push(...noBacksteps(hostPath.path, at.child('hostPath').child('path')));
  }
  if (configMap) {
    if (!configMap.name) errors.push(fieldRequired(at.child('configMap').child('name')));
    errors.push(...validateItems(configMap.items, at.child('configMap').child('items')));
  }
  if (secret) {
    if (!secret.secretName) errors.push(fieldRequired(at.child('secret').child('secretName')));
    errors.push(...validateItems(secret.items, at.child('secret').child('items')));
  }
  if (nfs?.path && !nfs.path.startsWith('/'))
    errors.push(fieldInvalid(at.child('nfs').child('path'), nfs.path, 'must be an absolute path'));
  if (csi) {
    const driver = csi.driver ?? '';
    if (driver.length > MAX_DRIVER_NAME) errors.push(fieldTooLong(at.child('csi').child('driver'), MAX_DRIVER_NAME));
    errors.push(
      ...isDns1123Subdomain(driver.toLowerCase()).map((m) => fieldInvalid(at.child('csi').child('driver'), driver, m)),
    );
  }
  if (downwardAPI)
    for (const file of downwardAPI.items ?? []) errors.push(...validateFile(file, at.child('downwardAPI')));
  if (projected) errors.push(...validateProjected(projected.sources ?? [], at.child('projected')));
  return errors;
}

/** Fields of the pod that a file can show. */
const FILE_FIELDS: ReadonlySet<string> = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
]);

function validateFile({ path, fieldRef, resourceFieldRef }: DownwardAPIVolumeFile, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (!path) errors.push(fieldRequired(at.child('path')));
  else errors.push(...localPath(path, at.child('path')));
  if (fieldRef) {
    errors.push(...validateFieldRef(fieldRef, FILE_FIELDS, at.child('fieldRef')));
    if (resourceFieldRef)
      errors.push(fieldInvalid(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
  } else if (resourceFieldRef)
    errors.push(...validateResourceFieldRef(resourceFieldRef, true, at.child('resourceFieldRef')));
  else errors.push(fieldRequired(at, 'one of fieldRef and resourceFieldRef is required'));
  return errors;
}

const MIN_TOKEN_SECONDS = 600;
const MAX_TOKEN_SECONDS = 2 ** 32;

/** Each source of one type, and no file twice. */
function validateProjected(sources: readonly VolumeProjection[], at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const files = new Set<string>();
  const addFile = (path: string | undefined, owner: string) => {
    if (!path) return;
    if (files.has(path)) errors.push(fieldInvalid(at, owner, 'conflicting duplicate paths'));
    files.add(path);
  };
  sources.forEach((source, i) => {
    const item = at.child('sources').index(i);
    for (const extra of Object.keys(source).slice(1)) {
      void extra;
      errors.push(fieldForbidden(item, 'may not specify more than 1 volume type'));
    }
    const { configMap, secret, downwardAPI, serviceAccountToken } = source;
    for (const [field, projection] of [
      ['secret', secret],
      ['configMap', configMap],
    ] as const) {
      if (!projection) continue;
      const below = item.child(field);
      if (!projection.name) errors.push(fieldRequired(below.child('name')));
      errors.push(...validateItems(projection.items, below.child('items')));
      for (const { path } of projection.items ?? []) addFile(path, projection.name ?? '');
    }
    for (const file of downwardAPI?.items ?? []) {
      errors.push(...validateFile(file, item.child('downwardAPI')));
      addFile(file.path, 'downwardAPI');
    }
    if (!serviceAccountToken) return;
    const { path, expirationSeconds = 3600 } = serviceAccountToken;
    const seconds = item.child('serviceAccountToken').child('expirationSeconds');
    if (expirationSeconds < MIN_TOKEN_SECONDS)
      errors.push(fieldInvalid(seconds, expirationSeconds, 'may not specify a duration less than 10 minutes'));
    if (expirationSeconds > MAX_TOKEN_SECONDS)
      errors.push(fieldInvalid(seconds, expirationSeconds, 'may not specify a duration larger than 2^32 seconds'));
    if (!path) errors.push(fieldRequired(at.child('path')));
    else errors.push(...localPath(path, at.child('path')));
    addFile(path, 'serviceAccountToken');
  });
  return errors;
}

function validateItems(items: readonly KeyToPath[] | undefined, at: FieldPath): FieldError[] {
  return (items ?? []).flatMap(({ path }, i) => (path ? localPath(path, at.index(i).child('path')) : []));
}

export function localPath(value: string, at: FieldPath): FieldError[] {
  if (value.startsWith('/')) return [fieldInvalid(at, value, 'must be a relative path')];
  return [
    ...noBacksteps(value, at),
    ...(value.startsWith('..') && !value.startsWith('../') && value !== '..'
      ? [fieldInvalid(at, value, "must not start with '..'")]
      : []),
  ];
}

export function noBacksteps(value: string, at: FieldPath): FieldError[] {
  return value.split('/').includes('..') ? [fieldInvalid(at, value, "must not contain '..'")] : [];
}
