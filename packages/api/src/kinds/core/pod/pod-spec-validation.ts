import { type FieldError, fieldDuplicate, fieldInvalid } from '../../../machinery/field-error.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { isValidIP } from '../../../machinery/ip.ts';
import { isDns1123Label, isDns1123Subdomain, isQualifiedName } from '../../../machinery/names.ts';
import { validateLabels } from '../../../machinery/validate-meta.ts';
import { validateAffinity } from './affinity-validation.ts';
import { validateContainers, validateHostNetwork } from './container-validation.ts';
import { validateDns } from './dns-validation.ts';
import type { PodSpec } from './pod-spec.ts';
import type { PodSchedulingGate } from './scheduling.ts';
import { validateTolerations, validateTopologySpread } from './scheduling-validation.ts';
import { validatePodSecurity } from './security-validation.ts';
import { validateVolumes } from './volume-validation.ts';

/** Rules of a PodSpec across fields, in Pods and in the templates of workloads. */
export function validatePodSpec(spec: PodSpec, at: FieldPath, inPod = false): FieldError[] {
  const errors: FieldError[] = [];
  const volumes = new Map((spec.volumes ?? []).map((volume) => [volume.name, volume]));
  errors.push(...validateVolumes(spec.volumes ?? [], at.child('volumes')));
  errors.push(...validateContainers(spec, volumes, at));
  errors.push(...validateHostNetwork(spec, inPod, at));
  if (spec.securityContext) errors.push(...validatePodSecurity(spec.securityContext, at.child('securityContext')));
  if (spec.affinity) errors.push(...validateAffinity(spec.affinity, at.child('affinity')));
  if (spec.nodeName)
    errors.push(...isDns1123Subdomain(spec.nodeName).map((m) => fieldInvalid(at.child('nodeName'), spec.nodeName, m)));
  if (spec.serviceAccountName)
    errors.push(
      ...isDns1123Subdomain(spec.serviceAccountName).map((m) =>
        fieldInvalid(at.child('serviceAccountName'), spec.serviceAccountName, m),
      ),
    );
  for (const field of ['hostname', 'subdomain'] as const)
    if (spec[field])
      errors.push(...isDns1123Label(spec[field]).map((m) => fieldInvalid(at.child(field), spec[field], m)));
  errors.push(...validateLabels(spec.nodeSelector, at.child('nodeSelector')));
  errors.push(...validateTolerations(spec.tolerations ?? [], at.child('tolerations')));
  errors.push(...validateTopologySpread(spec.topologySpreadConstraints ?? [], at.child('topologySpreadConstraints')));
  (spec.readinessGates ?? []).forEach(({ conditionType = '' }, i) => {
    const gate = at.child('readinessGates').index(i).child('conditionType');
    errors.push(...isQualifiedName(conditionType).map((m) => fieldInvalid(gate, conditionType, m)));
  });
  errors.push(...validateSchedulingGates(spec.schedulingGates ?? [], at.child('schedulingGates')));
  (spec.hostAliases ?? []).forEach(({ ip = '', hostnames = [] }, i) => {
    const alias = at.child('hostAliases').index(i);
    errors.push(...isValidIP(ip).map((m) => fieldInvalid(alias.child('ip'), ip, m)));
    hostnames.forEach((hostname, j) => {
      const name = alias.child('hostnames').index(j);
      errors.push(...isDns1123Subdomain(hostname).map((m) => fieldInvalid(name, hostname, m)));
    });
  });
  for (const field of ['priorityClassName', 'runtimeClassName'] as const)
    if (spec[field])
      errors.push(...isDns1123Subdomain(spec[field]).map((m) => fieldInvalid(at.child(field), spec[field], m)));
  errors.push(...validateDns(spec, at.child('dnsConfig')));
  if (spec.hostPID && spec.shareProcessNamespace)
    errors.push(
      fieldInvalid(
        at.child('securityContext').child('shareProcessNamespace'),
        true,
        'ShareProcessNamespace and HostPID cannot both be enabled',
      ),
    );
  return errors;
}

function validateSchedulingGates(gates: readonly PodSchedulingGate[], at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  gates.forEach(({ name = '' }, i) => {
    errors.push(...isQualifiedName(name).map((m) => fieldInvalid(at.index(i), name, m)));
    if (seen.has(name)) errors.push(fieldDuplicate(at.index(i), name));
    seen.add(name);
  });
  return errors;
}
