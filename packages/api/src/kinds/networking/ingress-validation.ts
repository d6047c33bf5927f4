import { type FieldError, fieldInvalid, fieldRequired } from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import { isValidIP } from '../../machinery/ip.ts';
import {
  isDns1035Label,
  isDns1123Subdomain,
  isPortName,
  isPortNumber,
  isWildcardDns1123Subdomain,
} from '../../machinery/names.ts';
import type { HTTPIngressPath, Ingress, IngressBackend, IngressRule } from './ingress.ts';

const ILLEGAL_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const ILLEGAL_SUFFIXES = ['/..', '/.'];

export function validateIngress({ spec }: Ingress): FieldError[] {
  const at = path('spec');
  const errors: FieldError[] = [];
  const { defaultBackend, ingressClassName, rules = [], tls = [] } = spec;
  if (!defaultBackend && rules.length === 0)
    errors.push(
      fieldInvalid(at, rules.length > 0 ? rules : null, 'either `defaultBackend` or `rules` must be specified'),
    );
  if (defaultBackend) errors.push(...validateBackend(defaultBackend, at.child('defaultBackend')));
  rules.forEach((rule, i) => {
    errors.push(...validateRule(rule, at.child('rules').index(i)));
  });
  tls.forEach(({ hosts = [] }, i) => {
    hosts.forEach((host, j) => {
      errors.push(...validateHost(host, at.child('tls').index(i).child('hosts').index(j)));
    });
  });
  if (ingressClassName !== undefined)
    for (const message of isDns1123Subdomain(ingressClassName))
      errors.push(fieldInvalid(at.child('ingressClassName'), ingressClassName, message));
  return errors;
}

function validateHost(host: string, at: FieldPath): FieldError[] {
  const rule = host.includes('*') ? isWildcardDns1123Subdomain : isDns1123Subdomain;
  return rule(host).map((message) => fieldInvalid(at, host, message));
}

function validateRule({ host, http }: IngressRule, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (host) {
    if (isValidIP(host).length === 0)
      errors.push(fieldInvalid(at.child('host'), host, 'must be a DNS name, not an IP address'));
    errors.push(...validateHost(host, at.child('host')));
  }
  (http?.paths ?? []).forEach((each, i) => {
    errors.push(...validatePath(each, at.child('http', 'paths').index(i)));
  });
  return errors;
}

function validatePath({ path: text = '', pathType, backend }: HTTPIngressPath, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (pathType === undefined) errors.push(fieldRequired(at.child('pathType'), 'pathType must be specified'));
  const strict = pathType === 'Exact' || pathType === 'Prefix';
  if (strict ? !text.startsWith('/') : text !== '' && !text.startsWith('/'))
    errors.push(fieldInvalid(at.child('path'), text, 'must be an absolute path'));
  else if (strict) {
    for (const illegal of ILLEGAL_SEQUENCES)
      if (text.includes(illegal)) errors.push(fieldInvalid(at.child('path'), text, `must not contain '${illegal}'`));
    for (const illegal of ILLEGAL_SUFFIXES)
      if (text.endsWith(illegal)) errors.push(fieldInvalid(at.child('path'), text, `cannot end with '${illegal}'`));
  }
  return [...errors, ...validateBackend(backend, at.child('backend'))];
}

function validateBackend({ resource, service }: IngressBackend, at: FieldPath): FieldError[] {
  if (resource && service) return [fieldInvalid(at, '', 'cannot set both resource and service backends')];
  if (resource) return [];
  if (!service) return [fieldInvalid(at, '', 'resource or service backend is required')];
  const errors: FieldError[] = [];
  const below = at.child('service');
  if (service.name)
    for (const message of isDns1035Label(service.name))
      errors.push(fieldInvalid(below.child('name'), service.name, message));
  const { name = '', number = 0 } = service.port ?? {};
  if (name !== '' && number !== 0) errors.push(fieldInvalid(at, '', 'cannot set both port name & port number'));
  else if (name !== '')
    errors.push(...isPortName(name).map((message) => fieldInvalid(below.child('port', 'name'), name, message)));
  else if (number !== 0)
    errors.push(...isPortNumber(number).map((message) => fieldInvalid(below.child('port', 'number'), number, message)));
  else errors.push(fieldRequired(at, 'port name or number is required'));
  return errors;
}
