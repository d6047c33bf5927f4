import {
  type FieldError,
  fieldForbidden,
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
} from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import { isDns1123Subdomain } from '../../machinery/names.ts';
import { parseQuantity } from '../../machinery/quantity.ts';
import { validateAccessModes } from './access-modes.ts';
import type { PersistentVolume, PersistentVolumeSpec } from './persistent-volume.ts';
import { PersistentVolumeSource } from './persistent-volume-sources.ts';
import { noBacksteps } from './pod/volume-validation.ts';

const SOURCES = Object.keys(PersistentVolumeSource.fields) as (keyof PersistentVolumeSource)[];

export function validatePersistentVolume({ spec }: PersistentVolume): FieldError[] {
  const at = path('spec');
  return [
    ...validateAccessModes(spec.accessModes, at.child('accessModes'), ''),
    ...validateCapacity(spec, at.child('capacity')),
    ...validateSource(spec, at),
    ...validateNodeAffinity(spec, at.child('nodeAffinity')),
    ...validateClass(spec, at),
  ];
}

function validateCapacity({ capacity = {} }: PersistentVolumeSpec, at: FieldPath): FieldError[] {
  const errors: FieldError[] = Object.keys(capacity).length === 0 ? [fieldRequired(at)] : [];
  if (!Object.hasOwn(capacity, 'storage') || Object.keys(capacity).length > 1)
    errors.push(fieldNotSupported(at, capacity as unknown as string, ['storage']));
  for (const [name, amount] of Object.entries(capacity))
    if (parseQuantity(amount).sign() <= 0) errors.push(fieldInvalid(at.key(name), amount, 'must be greater than zero'));
  return errors;
}

function validateSource(spec: PersistentVolumeSpec, at: FieldPath): FieldError[] {
  const [first, ...more] = SOURCES.filter((source) => spec[source] !== undefined);
  if (first === undefined) return [fieldRequired(at, 'must specify a volume type')];
  const errors = more.map((source) => fieldForbidden(at.child(source), 'may not specify more than 1 volume type'));
  const directory = spec.hostPath?.path ?? spec.local?.path;
  if (directory !== undefined)
    errors.push(...noBacksteps(directory, at.child(spec.hostPath ? 'hostPath' : 'local', 'path')));
  if (spec.hostPath && /^\/+\.?$/.test(spec.hostPath.path) && spec.persistentVolumeReclaimPolicy === 'Recycle')
    errors.push(
      fieldForbidden(at.child('persistentVolumeReclaimPolicy'), "may not be 'recycle' for a hostPath mount of '/'"),
    );
  return errors;
}

function validateNodeAffinity({ local, nodeAffinity }: PersistentVolumeSpec, at: FieldPath): FieldError[] {
  if (!nodeAffinity) return local ? [fieldRequired(at, 'Local volume requires node affinity')] : [];
  if (!nodeAffinity.required) return [fieldRequired(at.child('required'), 'must specify required node constraints')];
  return nodeAffinity.required.nodeSelectorTerms?.length
    ? []
    : [fieldRequired(at.child('required', 'nodeSelectorTerms'), 'must have at least one node selector term')];
}

function validateClass(
  { storageClassName, volumeAttributesClassName }: PersistentVolumeSpec,
  at: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (storageClassName)
    for (const message of isDns1123Subdomain(storageClassName))
      errors.push(fieldInvalid(at.child('storageClassName'), storageClassName, message));
  if (volumeAttributesClassName === '')
    errors.push(fieldRequired(at.child('volumeAttributesClassName'), 'an empty string is disallowed'));
  return errors;
}

/** The volume behind a PersistentVolume and how it is used stay. */
export function validatePersistentVolumeUpdate(next: PersistentVolume, old: PersistentVolume): FieldError[] {
  const errors: FieldError[] = [];
  if (SOURCES.some((source) => !deepEqual(next.spec[source], old.spec[source])))
    errors.push(
      fieldForbidden(path('spec', 'persistentvolumesource'), 'spec.persistentvolumesource is immutable after creation'),
    );
  if (next.spec.volumeMode !== old.spec.volumeMode)
    errors.push(fieldInvalid(path('spec', 'volumeMode'), next.spec.volumeMode, 'field is immutable'));
  if (old.spec.nodeAffinity && !deepEqual(next.spec.nodeAffinity, old.spec.nodeAffinity))
    errors.push(
      fieldInvalid(
        path('spec', 'nodeAffinity'),
        next.spec.nodeAffinity,
        'field is immutable, except for updating from beta label to GA',
      ),
    );
  return errors;
}
