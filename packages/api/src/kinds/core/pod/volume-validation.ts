import {
  type FieldError,
  fieldDuplicate,
  fieldForbidden,
  fieldInvalid,
  fieldRequired,
} from '../../../machinery/field-error.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { isDns1123Label } from '../../../machinery/names.ts';
import { tryParseQuantity } from '../../../machinery/quantity.ts';
import type { KeyToPath } from './volume-items.ts';
import type { Volume } from './volumes.ts';

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
  const { emptyDir, hostPath, configMap, secret, persistentVolumeClaim, projected } = volume;
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
  if (persistentVolumeClaim && !persistentVolumeClaim.claimName)
    errors.push(fieldRequired(at.child('persistentVolumeClaim').child('claimName')));
  (projected?.sources ?? []).forEach((source, i) => {
    const item = at.child('projected').child('sources').index(i);
    if (source.configMap && !source.configMap.name) errors.push(fieldRequired(item.child('configMap').child('name')));
    if (source.secret && !source.secret.name) errors.push(fieldRequired(item.child('secret').child('name')));
  });
  return errors;
}

function validateItems(items: readonly KeyToPath[] | undefined, at: FieldPath): FieldError[] {
  return (items ?? []).flatMap(({ path }, i) => (path ? localPath(path, at.index(i).child('path')) : []));
}

function localPath(value: string, at: FieldPath): FieldError[] {
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
