import {
  type FieldError,
  fieldDuplicate,
  fieldForbidden,
  fieldInvalid,
  fieldRequired,
} from '../../../machinery/field-error.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { isDns1123Label, isPortName, isPortNumber } from '../../../machinery/names.ts';
import type { Container } from './container.ts';
import { validateEnv, validateEnvFrom } from './environment-validation.ts';
import { validateDevices, validateMounts } from './mount-validation.ts';
import type { PodSpec } from './pod-spec.ts';
import { validateHandler, validateProbe } from './probe-validation.ts';
import { validateResources } from './resource-validation.ts';
import { validateRestartPolicy } from './restart-policy-validation.ts';
import { validateSecurity } from './security-validation.ts';
import type { Volume } from './volumes.ts';

/** Rules of all containers of a PodSpec: each by itself, names and host ports between them. */
export function validateContainers(spec: PodSpec, volumes: ReadonlyMap<string, Volume>, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [field, containers] of [
    ['containers', spec.containers ?? []],
    ['initContainers', spec.initContainers ?? []],
  ] as const) {
    containers.forEach((container, i) => {
      const item = at.child(field).index(i);
      if (container.name) {
        errors.push(...isDns1123Label(container.name).map((m) => fieldInvalid(item.child('name'), container.name, m)));
        if (names.has(container.name)) errors.push(fieldDuplicate(item.child('name'), container.name));
        names.add(container.name);
      }
      errors.push(...validateContainer(container, spec, volumes, item));
      if (field === 'containers' || container.restartPolicy === 'Always')
        errors.push(...validateHandlers(container, item));
      errors.push(...validateRestartPolicy(container, item));
      if (field === 'initContainers') errors.push(...validateInit(container, item));
    });
  }
  errors.push(...hostPortConflicts(spec, at.child('containers')));
  return errors;
}

function validateInit(container: Container, at: FieldPath): FieldError[] {
  if (container.restartPolicy === 'Always') return [];
  return (['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
    .filter((field) => container[field] !== undefined)
    .map((field) => fieldForbidden(at.child(field), 'may not be set for init containers without restartPolicy=Always'));
}

function validateContainer(
  container: Container,
  spec: PodSpec,
  volumes: ReadonlyMap<string, Volume>,
  at: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!container.image) errors.push(fieldRequired(at.child('image')));
  errors.push(...validatePorts(container, at.child('ports')));
  errors.push(...validateEnv(container.env ?? [], at.child('env')));
  errors.push(...validateEnvFrom(container.envFrom ?? [], at.child('envFrom')));
  errors.push(...validateMounts(container, volumes, at.child('volumeMounts')));
  errors.push(...validateDevices(container, volumes, at.child('volumeDevices')));
  if (container.resources) errors.push(...validateResources(container.resources, at.child('resources')));
  if (container.securityContext)
    errors.push(...validateSecurity(container.securityContext, spec.hostUsers ?? true, at.child('securityContext')));
  return errors;
}

function validatePorts(container: Container, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  (container.ports ?? []).forEach(({ name, hostPort }, i) => {
    const item = at.index(i);
    if (name) {
      const problems = isPortName(name);
      errors.push(...problems.map((m) => fieldInvalid(item.child('name'), name, m)));
      if (problems.length === 0 && names.has(name)) errors.push(fieldDuplicate(item.child('name'), name));
      names.add(name);
    }
    if (hostPort) errors.push(...isPortNumber(hostPort).map((m) => fieldInvalid(item.child('hostPort'), hostPort, m)));
  });
  return errors;
}

function hostPortConflicts(spec: PodSpec, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  (spec.containers ?? []).forEach(({ ports = [] }, i) => {
    ports.forEach(({ hostPort, hostIP = '', protocol = 'TCP' }, j) => {
      if (!hostPort) return;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (seen.has(key)) errors.push(fieldDuplicate(at.index(i).child('ports').index(j).child('hostPort'), key));
      seen.add(key);
    });
  });
  return errors;
}

function validateHandlers(container: Container, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = container[field];
    if (probe) errors.push(...validateProbe(probe, field, at.child(field)));
  }
  for (const field of ['postStart', 'preStop'] as const) {
    const handler = container.lifecycle?.[field];
    if (handler) errors.push(...validateHandler(handler, at.child('lifecycle').child(field)));
  }
  return errors;
}

/** Host ports of containers on the host's network are their ports; in templates they may still be unset. */
export function validateHostNetwork(spec: PodSpec, inPod: boolean, at: FieldPath): FieldError[] {
  if (!spec.hostNetwork) return [];
  return (spec.containers ?? []).flatMap(({ ports = [] }, i) =>
    ports.flatMap(({ containerPort, hostPort = 0 }, j) =>
      (inPod || hostPort !== 0) && hostPort !== containerPort
        ? [
            fieldInvalid(
              at.child('containers').index(i).child('ports').index(j).child('hostPort'),
              hostPort,
              'must match `containerPort` when `hostNetwork` is true',
            ),
          ]
        : [],
    ),
  );
}
