import { type FieldError, fieldInvalid, fieldNotSupported, fieldRequired } from '../../../machinery/field-error.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { isConfigMapKey, isDns1123Subdomain, isEnvVarName, isQualifiedName } from '../../../machinery/names.ts';
import { tryParseQuantity } from '../../../machinery/quantity.ts';
import type {
  ConfigMapKeySelector,
  EnvFromSource,
  EnvVar,
  ObjectFieldSelector,
  ResourceFieldSelector,
} from './environment.ts';

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'] as const;

/** Fields of the pod that a variable can show. */
const ENV_FIELDS: ReadonlySet<string> = new Set([
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]);
/** Fields of the pod that the conversion of field paths knows at all. */
const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  ...ENV_FIELDS,
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);

export function validateEnv(env: readonly EnvVar[], at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  env.forEach(({ name, value, valueFrom }, i) => {
    const item = at.index(i);
    if (name) errors.push(...isEnvVarName(name).map((m) => fieldInvalid(item.child('name'), name, m)));
    if (!valueFrom) return;
    const from = item.child('valueFrom');
    const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
    if (fieldRef) errors.push(...validateFieldRef(fieldRef, ENV_FIELDS, from.child('fieldRef')));
    if (resourceFieldRef)
      errors.push(...validateResourceFieldRef(resourceFieldRef, false, from.child('resourceFieldRef')));
    if (configMapKeyRef) errors.push(...validateKeyRef(configMapKeyRef, from.child('configMapKeyRef')));
    if (secretKeyRef) errors.push(...validateKeyRef(secretKeyRef, from.child('secretKeyRef')));
    const given = SOURCES.filter((source) => valueFrom[source] !== undefined).length;
    if (given === 0)
      errors.push(
        fieldInvalid(
          from,
          '',
          'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
        ),
      );
    else if (value) errors.push(fieldInvalid(from, '', 'may not be specified when `value` is not empty'));
    else if (given > 1) errors.push(fieldInvalid(from, '', 'may not have more than one field specified at a time'));
  });
  return errors;
}

export function validateEnvFrom(sources: readonly EnvFromSource[], at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  sources.forEach(({ prefix, configMapRef, secretRef }, i) => {
    const item = at.index(i);
    if (prefix) errors.push(...isEnvVarName(prefix).map((m) => fieldInvalid(item.child('prefix'), prefix, m)));
    for (const [field, reference] of [
      ['configMapRef', configMapRef],
      ['secretRef', secretRef],
    ] as const) {
      if (!reference) continue;
      const { name } = reference;
      const nameAt = item.child(field).child('name');
      if (!name) errors.push(fieldRequired(nameAt));
      else errors.push(...isDns1123Subdomain(name).map((m) => fieldInvalid(nameAt, name, m)));
    }
    if (!configMapRef && !secretRef)
      errors.push(fieldInvalid(at, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (configMapRef && secretRef)
      errors.push(fieldInvalid(at, '', 'may not have more than one field specified at a time'));
  });
  return errors;
}

function validateKeyRef({ name = '', key }: ConfigMapKeySelector, at: FieldPath): FieldError[] {
  return [
    ...isDns1123Subdomain(name).map((m) => fieldInvalid(at.child('name'), name, m)),
    ...(key ? isConfigMapKey(key).map((m) => fieldInvalid(at.child('key'), key, m)) : []),
  ];
}

/** A path such as `metadata.name` or `metadata.labels['app']`; `allowed` are those without subscript. */
export function validateFieldRef(
  { fieldPath }: ObjectFieldSelector,
  allowed: ReadonlySet<string>,
  at: FieldPath,
): FieldError[] {
  if (!fieldPath) return [];
  const subscripted = /^([^[]*)\['(.*)'\]$/.exec(fieldPath);
  const [name = fieldPath, subscript] = subscripted ? subscripted.slice(1) : [fieldPath];
  if (!KNOWN_FIELDS.has(name))
    return [
      fieldInvalid(
        at.child('fieldPath'),
        fieldPath,
        `error converting fieldPath: field label not supported: ${fieldPath}`,
      ),
    ];
  if (subscript !== undefined) {
    if (name === 'metadata.annotations')
      return isQualifiedName(subscript.toLowerCase()).map((m) => fieldInvalid(at, subscript.toLowerCase(), m));
    if (name === 'metadata.labels') return isQualifiedName(subscript).map((m) => fieldInvalid(at, subscript, m));
    return [
      fieldInvalid(
        at.child('fieldPath'),
        fieldPath,
        `error converting fieldPath: field label does not support subscript: ${fieldPath}`,
      ),
    ];
  }
  return allowed.has(name) ? [] : [fieldNotSupported(at.child('fieldPath'), name, [...allowed].sort())];
}

const RESOURCES = ['cpu', 'ephemeral-storage', 'memory'].flatMap((name) => [`limits.${name}`, `requests.${name}`]);
const BYTE_UNITS = '1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei';

/** Divisors and the name of the resource in messages, by resource. */
function divisorsOf(resource: string): readonly [divisors: string, name: string] | undefined {
  const what = resource.replace(/^(limits|requests)\./, '');
  if (what === 'cpu') return ['1m, 1', 'cpu'];
  if (what === 'memory') return [BYTE_UNITS, 'memory'];
  if (what === 'ephemeral-storage') return [BYTE_UNITS, 'local ephemeral storage'];
  return what.startsWith('hugepages-') ? [BYTE_UNITS, 'hugepages'] : undefined;
}

/** @param named whether the container must be named, as in volumes */
export function validateResourceFieldRef(
  { containerName, resource, divisor }: ResourceFieldSelector,
  named: boolean,
  at: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (named && !containerName) errors.push(fieldRequired(at.child('containerName')));
  else if (resource && !RESOURCES.includes(resource) && !/^(limits|requests)\.hugepages-/.test(resource))
    errors.push(fieldNotSupported(at.child('resource'), resource, [...RESOURCES].sort()));
  const known = divisorsOf(resource ?? '');
  const isSet = divisor !== undefined && tryParseQuantity(divisor)?.sign() !== 0;
  if (known && isSet && !known[0].split(', ').includes(divisor)) {
    const list = known[1] === 'cpu' ? '1m and 1' : known[0];
    const message = `only divisor's values ${list} are supported with the ${known[1]} resource`;
    errors.push(fieldInvalid(at.child('divisor'), resource, message));
  }
  return errors;
}
