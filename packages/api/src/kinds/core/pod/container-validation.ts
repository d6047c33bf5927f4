import {
  type FieldError,
  fieldDuplicate,
  fieldForbidden,
  fieldInvalid,
  fieldNotFound,
  fieldRequired,
} from '../../../machinery/field-error.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { isDns1123Label, isEnvVarName, isPortName, isQualifiedName } from '../../../machinery/names.ts';
import { type Quantity, tryParseQuantity } from '../../../machinery/quantity.ts';
import type { Container, VolumeMount } from './container.ts';
import type { EnvVar } from './environment.ts';
import type { PodSpec } from './pod-spec.ts';
import { validateHandler, validateProbe } from './probe-validation.ts';
import type { ResourceRequirements } from './resources.ts';
import { noBacksteps } from './volume-validation.ts';

/** Rules of all containers of a PodSpec: each by itself, names and host ports between them. */
export function validateContainers(spec: PodSpec, volumes: ReadonlySet<string>, at: FieldPath): FieldError[] {
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
      if (field === 'initContainers' && container.restartPolicy !== 'Always')
        errors.push(...forbidProbes(container, item));
    });
  }
  errors.push(...hostPortConflicts(spec, at.child('containers')));
  return errors;
}

function forbidProbes(container: Container, at: FieldPath): FieldError[] {
  return (['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
    .filter((field) => container[field] !== undefined)
    .map((field) => fieldForbidden(at.child(field), 'may not be set for init containers without restartPolicy=Always'));
}

function validateContainer(
  container: Container,
  spec: PodSpec,
  volumes: ReadonlySet<string>,
  at: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!container.image) errors.push(fieldRequired(at.child('image')));
  else if (container.image !== container.image.trim())
    errors.push(fieldInvalid(at.child('image'), container.image, 'must not have leading or trailing whitespace'));
  errors.push(...validatePorts(container, spec, at.child('ports')));
  errors.push(...validateEnv(container.env ?? [], at.child('env')));
  (container.envFrom ?? []).forEach((source, i) => {
    const item = at.child('envFrom').index(i);
    const given = [source.configMapRef, source.secretRef].filter((reference) => reference !== undefined);
    if (given.length === 0) errors.push(fieldInvalid(item, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (given.length > 1) errors.push(fieldInvalid(item, '', 'may not have more than one field specified at a time'));
  });
  errors.push(...validateMounts(container.volumeMounts ?? [], volumes, at.child('volumeMounts')));
  for (const field of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = container[field];
    if (probe) errors.push(...validateProbe(probe, field, at.child(field)));
  }
  for (const field of ['postStart', 'preStop'] as const) {
    const handler = container.lifecycle?.[field];
    if (handler) errors.push(...validateHandler(handler, at.child('lifecycle').child(field)));
  }
  if (container.resources) errors.push(...validateResources(container.resources, at.child('resources')));
  return errors;
}

function validatePorts(container: Container, spec: PodSpec, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  (container.ports ?? []).forEach(({ name, containerPort, hostPort }, i) => {
    const item = at.index(i);
    if (name) {
      const problems = isPortName(name);
      errors.push(...problems.map((m) => fieldInvalid(item.child('name'), name, m)));
      if (problems.length === 0 && names.has(name)) errors.push(fieldDuplicate(item.child('name'), name));
      names.add(name);
    }
    if (spec.hostNetwork && hostPort !== undefined && hostPort !== containerPort)
      errors.push(
        fieldInvalid(item.child('hostPort'), hostPort, 'must match `containerPort` when `hostNetwork` is true'),
      );
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
      if (seen.has(key))
        errors.push(fieldDuplicate(at.index(i).child('ports').index(j).child('hostPort'), `${protocol}//${hostPort}`));
      seen.add(key);
    });
  });
  return errors;
}

const SOURCES = ['configMapKeyRef', 'fieldRef', 'fileKeyRef', 'resourceFieldRef', 'secretKeyRef'] as const;

function validateEnv(env: readonly EnvVar[], at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  env.forEach(({ name, value, valueFrom }, i) => {
    const item = at.index(i);
    if (name) errors.push(...isEnvVarName(name).map((m) => fieldInvalid(item.child('name'), name, m)));
    if (!valueFrom) return;
    const given = SOURCES.filter((source) => valueFrom[source] !== undefined);
    const from = item.child('valueFrom');
    if (given.length === 0)
      errors.push(
        fieldInvalid(
          from,
          '',
          'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
        ),
      );
    else if (value) errors.push(fieldInvalid(from, '', 'may not be specified when `value` is not empty'));
    else if (given.length > 1)
      errors.push(fieldInvalid(from, '', 'may not have more than one field specified at a time'));
    for (const source of ['configMapKeyRef', 'secretKeyRef'] as const)
      if (valueFrom[source] && !valueFrom[source].name) errors.push(fieldRequired(from.child(source).child('name')));
  });
  return errors;
}

function validateMounts(mounts: readonly VolumeMount[], volumes: ReadonlySet<string>, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const paths = new Set<string>();
  mounts.forEach((mount, i) => {
    const item = at.index(i);
    if (mount.name && !volumes.has(mount.name)) errors.push(fieldNotFound(item.child('name'), mount.name));
    if (mount.mountPath) {
      if (paths.has(mount.mountPath))
        errors.push(fieldInvalid(item.child('mountPath'), mount.mountPath, 'must be unique'));
      paths.add(mount.mountPath);
    }
    if (mount.subPath && mount.subPathExpr)
      errors.push(
        fieldInvalid(item.child('subPathExpr'), mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive'),
      );
    for (const field of ['subPath', 'subPathExpr'] as const) {
      const value = mount[field];
      if (!value) continue;
      if (value.startsWith('/')) errors.push(fieldInvalid(item.child(field), value, 'must be a relative path'));
      errors.push(...noBacksteps(value, item.child(field)));
    }
  });
  return errors;
}

const STANDARD = new Set(['cpu', 'memory', 'ephemeral-storage', 'storage']);

export function validateResources({ limits = {}, requests = {} }: ResourceRequirements, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const [field, quantities] of [
    ['limits', limits],
    ['requests', requests],
  ] as const)
    for (const [name, text] of Object.entries(quantities)) {
      const item = at.child(field).key(name);
      errors.push(...validateResourceName(name, at.child(field)));
      const quantity = tryParseQuantity(text);
      if (quantity && quantity.sign() < 0) errors.push(fieldInvalid(item, text, 'must be greater than or equal to 0'));
    }
  for (const [name, text] of Object.entries(requests)) {
    const request = tryParseQuantity(text);
    const limit = limits[name] === undefined ? undefined : tryParseQuantity(limits[name]);
    if (request && limit && exceeds(request, limit))
      errors.push(
        fieldInvalid(at.child('requests'), text, `must be less than or equal to ${name} limit of ${limit.toString()}`),
      );
  }
  return errors;
}

function exceeds(request: Quantity, limit: Quantity): boolean {
  return request.compare(limit) > 0;
}

function validateResourceName(name: string, at: FieldPath): FieldError[] {
  const problems = isQualifiedName(name).map((m) => fieldInvalid(at.key(name), name, m));
  if (problems.length > 0 || name.includes('/')) return problems;
  if (STANDARD.has(name) || name.startsWith('hugepages-') || name.startsWith('attachable-volumes-')) return [];
  return [
    fieldInvalid(at.key(name), name, 'must be a standard resource type or fully qualified'),
    fieldInvalid(at.key(name), name, 'must be a standard resource for containers'),
  ];
}
