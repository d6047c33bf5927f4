import { type FieldError, fieldDuplicate, fieldForbidden, fieldInvalid } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { isValidCIDR } from '../../machinery/ip.ts';
import { deepEqual } from '../../machinery/json.ts';
import { isLabelValue, isQualifiedName } from '../../machinery/names.ts';
import type { Node } from './node.ts';

export function validateNode(node: Node): FieldError[] {
  const errors: FieldError[] = [];
  const taints = path('spec').child('taints');
  const seen = new Set<string>();
  (node.spec?.taints ?? []).forEach(({ key, value, effect }, i) => {
    if (key) errors.push(...isQualifiedName(key).map((m) => fieldInvalid(taints.index(i).child('key'), key, m)));
    if (value) errors.push(...isLabelValue(value).map((m) => fieldInvalid(taints.index(i).child('value'), value, m)));
    const id = `${key}:${effect}`;
    if (seen.has(id)) errors.push(fieldDuplicate(taints.index(i), { key, value, effect }));
    seen.add(id);
  });
  const cidrs = node.spec?.podCIDRs ?? [];
  cidrs.forEach((cidr, i) => {
    errors.push(...isValidCIDR(cidr).map((m) => fieldInvalid(path('spec').child('podCIDRs').index(i), cidr, m)));
  });
  return errors;
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
