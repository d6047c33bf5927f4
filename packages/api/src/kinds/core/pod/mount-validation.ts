import {
  type FieldError,
  fieldForbidden,
  fieldInvalid,
  fieldNotFound,
  fieldNotSupported,
} from '../../../machinery/field-error.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import type { Container } from './container.ts';
import { localPath, noBacksteps } from './volume-validation.ts';
import type { Volume } from './volumes.ts';

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];

/** What a container mounts must be among the pod's volumes, each path once. */
export function validateMounts(
  { volumeMounts = [], volumeDevices = [], securityContext }: Container,
  volumes: ReadonlyMap<string, Volume>,
  at: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const paths = new Set<string>();
  volumeMounts.forEach(({ name = '', mountPath = '', subPath, subPathExpr, mountPropagation }, i) => {
    const item = at.index(i);
    if (!volumes.has(name)) errors.push(fieldNotFound(item.child('name'), name));
    if (paths.has(mountPath)) errors.push(fieldInvalid(item.child('mountPath'), mountPath, 'must be unique'));
    paths.add(mountPath);
    if (volumeDevices.some((device) => device.name === name))
      errors.push(fieldInvalid(item.child('name'), name, 'must not already exist in volumeDevices'));
    if (volumeDevices.some((device) => device.devicePath === mountPath))
      errors.push(
        fieldInvalid(item.child('mountPath'), mountPath, 'must not already exist as a path in volumeDevices'),
      );
    if (subPath) errors.push(...localPath(subPath, at.child('subPath')));
    if (subPathExpr) {
      if (subPath)
        errors.push(
          fieldInvalid(item.child('subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive'),
        );
      errors.push(...localPath(subPathExpr, at.child('subPathExpr')));
    }
    if (mountPropagation === undefined) return;
    const propagation = at.child('mountPropagation');
    if (!PROPAGATIONS.includes(mountPropagation))
      errors.push(fieldNotSupported(propagation, mountPropagation, PROPAGATIONS));
    else if (mountPropagation === 'Bidirectional' && !securityContext?.privileged)
      errors.push(
        fieldForbidden(propagation, 'Bidirectional mount propagation is available only to privileged containers'),
      );
  });
  return errors;
}

/** Block devices come from claims. */
export function validateDevices(
  { volumeDevices = [], volumeMounts = [] }: Container,
  volumes: ReadonlyMap<string, Volume>,
  at: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const paths = new Set<string>();
  volumeDevices.forEach(({ name = '', devicePath = '' }, i) => {
    const item = at.index(i);
    const volume = volumes.get(name);
    if (names.has(name)) errors.push(fieldInvalid(item.child('name'), name, 'must be unique'));
    if (!volume) errors.push(fieldNotFound(item.child('name'), name));
    else if (!volume.persistentVolumeClaim && !volume.ephemeral)
      errors.push(
        fieldInvalid(
          item.child('name'),
          name,
          'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
        ),
      );
    if (paths.has(devicePath)) errors.push(fieldInvalid(item.child('devicePath'), devicePath, 'must be unique'));
    if (noBacksteps(devicePath, item).length > 0)
      errors.push(fieldInvalid(item.child('devicePath'), devicePath, "can not contain backsteps ('..')"));
    if (volumeMounts.some((mount) => mount.name === name))
      errors.push(fieldInvalid(item.child('name'), name, 'must not already exist in volumeMounts'));
    if (volumeMounts.some((mount) => mount.mountPath === devicePath))
      errors.push(
        fieldInvalid(item.child('devicePath'), devicePath, 'must not already exist as a path in volumeMounts'),
      );
    names.add(name);
    paths.add(devicePath);
  });
  return errors;
}
