import { type FieldError, fieldInvalid, fieldRequired } from '../../../machinery/field-error.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../../machinery/names.ts';
import { validateLabels } from '../../../machinery/validate-meta.ts';
import { validateContainers } from './container-validation.ts';
import type { PodSpec } from './pod-spec.ts';
import { validateTolerations, validateTopologySpread } from './scheduling-validation.ts';
import { validateVolumes } from './volume-validation.ts';

/** Rules of a PodSpec across fields, in Pods and in the templates of workloads. */
export function validatePodSpec(spec: PodSpec, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const volumes = new Set((spec.volumes ?? []).map(({ name }) => name));
  errors.push(...validateVolumes(spec.volumes ?? [], at.child('volumes')));
  errors.push(...validateContainers(spec, volumes, at));
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
  (spec.imagePullSecrets ?? []).forEach(({ name }, i) => {
    if (!name) errors.push(fieldRequired(at.child('imagePullSecrets').index(i).child('name')));
  });
  for (const alias of spec.hostAliases ?? [])
    for (const hostname of alias.hostnames ?? [])
      errors.push(...isDns1123Subdomain(hostname).map((m) => fieldInvalid(at.child('hostAliases'), hostname, m)));
  if (spec.dnsPolicy === 'None' && !spec.dnsConfig?.nameservers?.length)
    errors.push(
      fieldRequired(
        at.child('dnsConfig').child('nameservers'),
        'must provide at least one DNS nameserver when `dnsPolicy` is None',
      ),
    );
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
