import {
  FieldError,
  fieldDuplicate,
  fieldForbidden,
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
} from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import { isIPv6, isValidCIDR } from '../../machinery/ip.ts';
import { deepEqual } from '../../machinery/json.ts';
import { isLabelValue, isQualifiedName } from '../../machinery/names.ts';
import type { Node } from './node.ts';

export function validateNode(node: Node): FieldError[] {
  const errors: FieldError[] = [];
  // Upstream's messages place taints in metadata.
  const taints = path('metadata').child('taints');
  const seen = new Set<string>();
  (node.spec?.taints ?? []).forEach(({ key = '', value, effect = '', timeAdded }, i) => {
    errors.push(...isQualifiedName(key).map((m) => fieldInvalid(taints.index(i).child('key'), key, m)));
    const problems = isLabelValue(value ?? '');
    if (problems.length > 0) errors.push(fieldInvalid(taints.index(i).child('value'), value, problems.join(';')));
    const effectAt = taints.index(i).child('effect');
    if (effect === '') errors.push(fieldRequired(effectAt));
    else if (!EFFECTS.includes(effect)) errors.push(fieldNotSupported(effectAt, effect, EFFECTS));
    const id = `${key}:${effect}`;
    if (seen.has(id)) errors.push(duplicateTaint(taints.index(i), [key, value, effect, timeAdded]));
    seen.add(id);
  });
  const cidrs = node.spec?.podCIDRs ?? [];
  cidrs.forEach((cidr, i) => {
    errors.push(...isValidCIDR(cidr).map((m) => fieldInvalid(path('spec').child('podCIDRs').index(i), cidr, m)));
  });
  if (cidrs.length > 2 || (cidrs.length === 2 && isIPv6(addressOf(cidrs[0])) === isIPv6(addressOf(cidrs[1]))))
    errors.push(
      fieldInvalid(path('spec').child('podCIDRs'), cidrs, 'may specify no more than one CIDR for each IP family'),
    );
  cidrs.forEach((cidr, i) => {
    if (cidrs.indexOf(cidr) !== i) errors.push(fieldDuplicate(path('spec').child('podCIDRs').index(i), cidr));
  });
  return errors;
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function addressOf(cidr = ''): string {
  return cidr.split('/')[0] as string;
}

/** A taint as upstream's messages show it. */
function duplicateTaint(at: FieldPath, [Key, Value = '', Effect, TimeAdded = null]: readonly unknown[]): FieldError {
  const detail = 'taints must be unique by key and effect pair';
  return new FieldError('FieldValueDuplicate', at, { Key, Value, Effect, TimeAdded }, detail);
}

export function validateNodeUpdate(next: Node, old: Node): FieldError[] {
  const errors: FieldError[] = [];
  const before = old.spec.podCIDRs ?? [];
  if (before.length > 0 && !deepEqual(before, next.spec.podCIDRs ?? []))
    errors.push(
      fieldForbidden(path('spec').child('podCIDRs'), 'node updates may not change podCIDR except from "" to valid'),
    );
  if (old.spec.providerID && next.spec.providerID !== old.spec.providerID)
    errors.push(
      fieldForbidden(
        path('spec').child('providerID'),
        'node updates may not change providerID except from "" to valid',
      ),
    );
  return errors;
}
