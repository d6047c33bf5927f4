import {
  type FieldError,
  fieldDuplicate,
  fieldForbidden,
  fieldInvalid,
  fieldRequired,
} from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import { isValidIP } from '../../machinery/ip.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../machinery/names.ts';
import { validateLabels } from '../../machinery/validate-meta.ts';
import { validatePort } from './pod/probe-validation.ts';
import type { Service, ServiceSpec } from './service.ts';

export function validateService(service: Service): FieldError[] {
  const { spec } = service;
  const at = path('spec');
  return [
    ...validatePorts(spec, at.child('ports')),
    ...validateLabels(spec.selector, at.child('selector')),
    ...validateType(spec, at),
    ...validateAddresses(spec, at),
  ];
}

function validatePorts(spec: ServiceSpec, at: FieldPath): FieldError[] {
  const ports = spec.ports ?? [];
  const headless = spec.clusterIP === 'None';
  if (ports.length === 0 && !headless && spec.type !== 'ExternalName') return [fieldRequired(at)];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const numbers = new Set<string>();
  const nodePorts = new Set<string>();
  ports.forEach(({ name, port, protocol, nodePort, targetPort }, i) => {
    const item = at.index(i);
    if (ports.length > 1 && !name) errors.push(fieldRequired(item.child('name')));
    else if (name) {
      errors.push(...isDns1123Label(name).map((m) => fieldInvalid(item.child('name'), name, m)));
      if (names.has(name)) errors.push(fieldDuplicate(item.child('name'), name));
      names.add(name);
    }
    if (targetPort !== undefined && targetPort !== 0)
      errors.push(...validatePort(targetPort, item.child('targetPort')));
    if (headless && nodePort)
      errors.push(fieldInvalid(item.child('nodePort'), nodePort, "may not be used when `clusterIP` is 'None'"));
    const key = `${protocol}/${port}`;
    if (numbers.has(key)) errors.push(fieldDuplicate(item, { port, protocol }));
    numbers.add(key);
    if (nodePort) {
      if (spec.type === 'ClusterIP')
        errors.push(fieldForbidden(item.child('nodePort'), "may not be used when `type` is 'ClusterIP'"));
      if (nodePorts.has(`${protocol}/${nodePort}`)) errors.push(fieldDuplicate(item.child('nodePort'), nodePort));
      nodePorts.add(`${protocol}/${nodePort}`);
    }
  });
  return errors;
}

function validateType(spec: ServiceSpec, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.type === 'ExternalName') {
    if (spec.clusterIP)
      errors.push(fieldForbidden(at.child('clusterIPs'), "may not be set when `type` is 'ExternalName'"));
    const name = (spec.externalName ?? '').replace(/\.$/, '');
    if (name === '') errors.push(fieldRequired(at.child('externalName')));
    else
      errors.push(...isDns1123Subdomain(name).map((m) => fieldInvalid(at.child('externalName'), spec.externalName, m)));
  }
  if ((spec.type === 'LoadBalancer' || spec.type === 'NodePort') && spec.clusterIP === 'None')
    errors.push(
      fieldInvalid(
        at.child('clusterIPs').index(0),
        'None',
        "may not be set to 'None' for LoadBalancer services".replace('LoadBalancer', spec.type),
      ),
    );
  if (spec.externalTrafficPolicy && spec.type === 'ClusterIP' && !spec.externalIPs?.length)
    errors.push(
      fieldInvalid(
        at.child('externalTrafficPolicy'),
        spec.externalTrafficPolicy,
        'may only be set for externally-accessible services',
      ),
    );
  if (spec.sessionAffinity === 'ClientIP') {
    const timeout = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800;
    if (timeout <= 0 || timeout > 86_400)
      errors.push(
        fieldInvalid(
          at.child('sessionAffinityConfig').child('clientIP').child('timeoutSeconds'),
          timeout,
          'must be greater than 0 and less than 86400',
        ),
      );
  }
  return errors;
}

function validateAddresses(spec: ServiceSpec, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  (spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : [])).forEach((ip, i) => {
    if (ip === 'None' || ip === '') return;
    errors.push(...isValidIP(ip).map((m) => fieldInvalid(at.child('clusterIPs').index(i), ip, m)));
  });
  (spec.externalIPs ?? []).forEach((ip, i) => {
    errors.push(...isValidIP(ip).map((m) => fieldInvalid(at.child('externalIPs').index(i), ip, m)));
  });
  return errors;
}

/** The cluster IP stays with the Service unless its type becomes ExternalName or stops being it. */
export function validateServiceUpdate(next: Service, old: Service): FieldError[] {
  const before = old.spec.clusterIP;
  if (!before || old.spec.type === 'ExternalName' || next.spec.type === 'ExternalName') return [];
  if (next.spec.clusterIP === before) return [];
  return [
    fieldInvalid(path('spec').child('clusterIPs').index(0), next.spec.clusterIP ?? '', 'may not change once set'),
  ];
}
