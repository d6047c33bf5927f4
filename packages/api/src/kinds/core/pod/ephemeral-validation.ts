import {
  type FieldError,
  fieldDuplicate,
  fieldForbidden,
  fieldInvalid,
  fieldNotFound,
  fieldRequired,
} from '../../../machinery/field-error.ts';
import { path } from '../../../machinery/field-path.ts';
import { deepEqual } from '../../../machinery/json.ts';
import { isDns1123Label } from '../../../machinery/names.ts';
import type { Pod } from './pod.ts';

const NOT_ALLOWED = [
  'ports',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
  'resizePolicy',
  'restartPolicy',
] as const;

/** Rules of what `/ephemeralcontainers` may make of a pod: containers are added, never changed or taken away. */
export function validateEphemeralUpdate(next: Pod, old: Pod): FieldError[] {
  const at = path('spec').child('ephemeralContainers');
  const errors: FieldError[] = [];
  const wanted = next.spec.ephemeralContainers ?? [];
  const others = [...(next.spec.initContainers ?? []), ...(next.spec.containers ?? [])].map(({ name }) => name);
  const names = new Set(others);
  wanted.forEach((container, i) => {
    const item = at.index(i);
    const { name, image, targetContainerName, resources } = container;
    errors.push(...isDns1123Label(name).map((message) => fieldInvalid(item.child('name'), name, message)));
    if (names.has(name)) errors.push(fieldDuplicate(item.child('name'), name));
    names.add(name);
    if (!image) errors.push(fieldRequired(item.child('image')));
    if (targetContainerName && !others.includes(targetContainerName))
      errors.push(fieldNotFound(item.child('targetContainerName'), targetContainerName));
    for (const field of NOT_ALLOWED) {
      const value = container[field];
      if (value !== undefined && !(Array.isArray(value) && value.length === 0))
        errors.push(fieldForbidden(item.child(field), 'cannot be set for an Ephemeral Container'));
    }
    if (resources?.limits || resources?.requests)
      errors.push(fieldForbidden(item.child('resources'), 'cannot be set for an Ephemeral Container'));
  });
  for (const container of old.spec.ephemeralContainers ?? []) {
    const { name } = container;
    const now = wanted.find((each) => each.name === name);
    if (!now)
      errors.push(fieldForbidden(at, `existing ephemeral containers ${JSON.stringify(name)} may not be removed\n`));
    else if (!deepEqual(now, container))
      errors.push(fieldForbidden(at, `existing ephemeral containers ${JSON.stringify(name)} may not be changed\n`));
  }
  return errors;
}
