import { type FieldError, fieldDuplicate, fieldInvalid, fieldNotSupported } from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import { ipFamily, isValidIP } from '../../machinery/ip.ts';
import type { Service, ServiceSpec } from './service.ts';

const FAMILIES = ['IPv4', 'IPv6'];
const AT_MOST_TWO = 'may only hold up to 2 values';
const familyOf = (address: string) => (ipFamily(address) === 6 ? 'IPv6' : 'IPv4');

/** Cluster IPs and families as they fit together (KEP-563); what the cluster has is checked where they are allotted. */
export function validateFamilies({ clusterIP = '', clusterIPs, ipFamilies = [] }: ServiceSpec, at: FieldPath) {
  const errors: FieldError[] = [];
  ipFamilies.forEach((family, i) => {
    const item = at.child('ipFamilies').index(i);
    if (!FAMILIES.includes(family)) errors.push(fieldNotSupported(item, family, FAMILIES));
    else if (ipFamilies.indexOf(family) < i) errors.push(fieldDuplicate(item, family));
  });
  const all = clusterIPs ?? (clusterIP ? [clusterIP] : []);
  const field = at.child('clusterIPs');
  if (clusterIP && all.length > 0 && all[0] !== clusterIP)
    errors.push(fieldInvalid(field, all, 'first value must match `clusterIP`'));
  all.forEach((ip, i) => {
    if (i === 0 && (ip === 'None' || ip === '')) return;
    errors.push(...isValidIP(ip).map((message) => fieldInvalid(field.index(i), ip, message)));
  });
  if (all.length > 2) errors.push(fieldInvalid(field, all, AT_MOST_TWO));
  if (errors.length > 0 || all[0] === 'None') return errors;
  if (all.length === 2 && ipFamily(all[0] ?? '') === ipFamily(all[1] ?? ''))
    errors.push(fieldInvalid(field, all, 'may specify no more than one IP for each IP family'));
  all.forEach((ip, i) => {
    const family = ipFamilies[i];
    if (ip !== '' && family !== undefined && familyOf(ip) !== family)
      errors.push(fieldInvalid(field.index(i), ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``));
  });
  return errors;
}

/** Addresses stay with the Service unless its type becomes or stops being ExternalName, or it becomes SingleStack. */
export function validateFamiliesUpdate({ spec: next }: Service, { spec: old }: Service): FieldError[] {
  const [primary, secondary] = old.clusterIPs ?? [old.clusterIP];
  if (!primary || old.type === 'ExternalName' || next.type === 'ExternalName') return [];
  const at = path('spec');
  const { clusterIP, clusterIPs = clusterIP ? [clusterIP] : undefined } = next;
  const shown = clusterIPs ?? null;
  if (next.clusterIP !== primary) {
    const message = clusterIP ? 'may not change once set' : 'primary clusterIP can not be unset';
    return [fieldInvalid(at.child('clusterIPs').index(0), shown, message)];
  }
  const errors: FieldError[] = [];
  const second = clusterIPs?.[1];
  if (secondary && second && second !== secondary)
    errors.push(fieldInvalid(at.child('clusterIPs').index(1), shown, 'may not change once set'));
  if (secondary && !second && next.ipFamilyPolicy !== 'SingleStack')
    errors.push(
      fieldInvalid(
        at.child('ipFamilyPolicy'),
        next.ipFamilyPolicy,
        'must be set to `SingleStack` when releasing the secondary clusterIP',
      ),
    );
  const [family] = next.ipFamilies ?? [];
  if (family && old.ipFamilies?.[0] && family !== old.ipFamilies[0])
    errors.push(fieldInvalid(at.child('ipFamilies').index(0), next.ipFamilies, 'may not change once set'));
  return errors;
}
