import {
  type FieldError,
  fieldDuplicate,
  fieldForbidden,
  fieldInvalid,
  fieldRequired,
} from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import { isNonSpecialIP, isValidCIDR, isValidIP } from '../../machinery/ip.ts';
import { isDns1123Label, isDns1123Subdomain, isPortNumber, isQualifiedName } from '../../machinery/names.ts';
import { validateLabels } from '../../machinery/validate-meta.ts';
import { validatePort } from './pod/probe-validation.ts';
import type { Service, ServiceSpec } from './service.ts';
import { validateFamilies } from './service-families.ts';

export function validateService(service: Service): FieldError[] {
  const { spec } = service;
  const at = path('spec');
  return [
    ...validatePorts(spec, at.child('ports')),
    ...validateLabels(spec.selector, at.child('selector')),
    ...validateType(spec, at),
    ...validateAddresses(spec, at),
    ...validateTraffic(spec, at),
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
  ports.forEach(({ name, port, protocol, nodePort, targetPort, appProtocol }, i) => {
    const item = at.index(i);
    if (ports.length > 1 && !name) errors.push(fieldRequired(item.child('name')));
    else if (name) {
      errors.push(...isDns1123Label(name).map((m) => fieldInvalid(item.child('name'), name, m)));
      if (names.has(name)) errors.push(fieldDuplicate(item.child('name'), name));
      names.add(name);
    }
    errors.push(...validatePort(targetPort, item.child('targetPort')));
    if (appProtocol !== undefined)
      errors.push(...isQualifiedName(appProtocol).map((m) => fieldInvalid(item.child('appProtocol'), appProtocol, m)));
    const key = `${protocol}/${port}`;
    if (numbers.has(key)) errors.push(fieldDuplicate(item, duplicatePort(protocol, port)));
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
    if (spec.clusterIP) errors.push(fieldForbidden(at.child('clusterIPs'), 'may not be set for ExternalName services'));
    if (spec.ipFamilies?.length)
      errors.push(fieldForbidden(at.child('ipFamilies'), 'may not be set for ExternalName services'));
    if (spec.ipFamilyPolicy !== undefined)
      errors.push(fieldForbidden(at.child('ipFamilyPolicy'), 'may not be set for ExternalName services'));
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
  const errors = validateFamilies(spec, at);
  (spec.externalIPs ?? []).forEach((ip, i) => {
    const malformed = isValidIP(ip);
    const problems = malformed.length > 0 ? malformed : isNonSpecialIP(ip);
    errors.push(...problems.map((m) => fieldInvalid(at.child('externalIPs').index(i), ip, m)));
  });
  return errors;
}

/** What concerns traffic from outside and its ways in. */
function validateTraffic(spec: ServiceSpec, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const balanced = spec.type === 'LoadBalancer';
  const { externalTrafficPolicy: policy, healthCheckNodePort, loadBalancerSourceRanges = [] } = spec;
  const accessible =
    balanced || spec.type === 'NodePort' || (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0);
  if (policy && !accessible)
    errors.push(
      fieldInvalid(at.child('externalTrafficPolicy'), policy, 'may only be set for externally-accessible services'),
    );
  if (healthCheckNodePort && !(balanced && policy === 'Local'))
    errors.push(
      fieldInvalid(
        at.child('healthCheckNodePort'),
        healthCheckNodePort,
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ),
    );
  else if (healthCheckNodePort)
    errors.push(
      ...isPortNumber(healthCheckNodePort).map((m) =>
        fieldInvalid(at.child('healthCheckNodePort'), healthCheckNodePort, m),
      ),
    );
  if (loadBalancerSourceRanges.length > 0) {
    const ranges = at.child('LoadBalancerSourceRanges');
    if (!balanced) errors.push(fieldForbidden(ranges, "may only be used when `type` is 'LoadBalancer'"));
    loadBalancerSourceRanges.forEach((range, i) => {
      const text = range.trim();
      errors.push(...isValidCIDR(text).map((m) => fieldInvalid(ranges.index(i), text, m)));
    });
  }
  for (const field of ['allocateLoadBalancerNodePorts', 'loadBalancerClass'] as const)
    if (spec[field] !== undefined && !balanced)
      errors.push(fieldForbidden(at.child(field), "may only be used when `type` is 'LoadBalancer'"));
  if (balanced && spec.loadBalancerClass !== undefined)
    errors.push(
      ...isQualifiedName(spec.loadBalancerClass).map((m) =>
        fieldInvalid(at.child('loadBalancerClass'), spec.loadBalancerClass, m),
      ),
    );
  return errors;
}

/** A port pair as upstream's messages show it. */
function duplicatePort(protocol: string | undefined, port: number): object {
  return { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
}
