import { type FieldError, fieldInvalid, path, type Service, type ServiceSpec } from '@coxswain/api';
import { familyOf, type IpFamily } from './ip-range.ts';
import { needsClusterIP } from './service-needs.ts';

/** Whether the Service is for clients that look up its endpoints themselves, and somebody else names those. */
function isSelectorlessHeadless({ clusterIP, clusterIPs, selector }: ServiceSpec): boolean {
  return (clusterIPs?.[0] ?? clusterIP) === 'None' && Object.keys(selector ?? {}).length === 0;
}

/**
 * Writes in the families and their policy as they follow from what is given (KEP-563); ExternalName Services have none.
 * `families` are the cluster's, the primary one first. Mutates; what can't be had here is told.
 */
export function completeFamilies(
  { spec }: Service,
  families: readonly IpFamily[],
  old: ServiceSpec | undefined,
): FieldError[] {
  if (!needsClusterIP(spec)) return [];
  if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
  if (!spec.clusterIP && spec.clusterIPs?.[0]) spec.clusterIP = spec.clusterIPs[0];
  trimDowngraded(spec, old);
  const given = (spec.clusterIPs ?? []).flatMap((address) => familyOf(address) ?? []);
  const chosen = [...(spec.ipFamilies ?? [])];
  for (const [i, family] of given.entries()) chosen[i] ??= family;
  const selectorless = isSelectorlessHeadless(spec);
  spec.ipFamilyPolicy ??= chosen.length > 1 || selectorless ? 'RequireDualStack' : 'SingleStack';
  if (chosen.length === 0) chosen.push(families[0] ?? 'IPv4');
  const dual = selectorless || families.length > 1;
  if (spec.ipFamilyPolicy !== 'SingleStack' && chosen.length === 1 && dual)
    chosen.push(chosen[0] === 'IPv4' ? 'IPv6' : 'IPv4');
  spec.ipFamilies = chosen;
  return [...tooMany(spec), ...(selectorless ? [] : notConfigured(spec, families))];
}

function tooMany({ ipFamilyPolicy, ipFamilies = [], clusterIPs = [] }: ServiceSpec): FieldError[] {
  if (ipFamilyPolicy !== 'SingleStack') return [];
  const refuse = (what: string) =>
    fieldInvalid(
      path('spec', 'ipFamilyPolicy'),
      ipFamilyPolicy,
      `must be RequireDualStack or PreferDualStack when multiple ${what} are specified`,
    );
  return [
    ...(clusterIPs.length > 1 ? [refuse('cluster IPs')] : []),
    ...(ipFamilies.length > 1 && clusterIPs.length < 2 ? [refuse('IP families')] : []),
  ];
}

function notConfigured(spec: ServiceSpec, families: readonly IpFamily[]): FieldError[] {
  const at = path('spec');
  if (spec.ipFamilyPolicy === 'RequireDualStack' && families.length < 2)
    return [
      fieldInvalid(
        at.child('ipFamilyPolicy'),
        spec.ipFamilyPolicy,
        'this cluster is not configured for dual-stack services',
      ),
    ];
  return (spec.ipFamilies ?? []).flatMap((family, i) =>
    families.includes(family as IpFamily)
      ? []
      : [fieldInvalid(at.child('ipFamilies').index(i), family, 'not configured on this cluster')],
  );
}

/** A Service that becomes SingleStack gives its second address back without naming the first again. */
function trimDowngraded(spec: ServiceSpec, old: ServiceSpec | undefined): void {
  if (!old || old.ipFamilyPolicy === 'SingleStack' || spec.ipFamilyPolicy !== 'SingleStack') return;
  const same = (name: 'clusterIPs' | 'ipFamilies') => String(spec[name] ?? '') === String(old[name] ?? '');
  if (same('clusterIPs') && spec.clusterIPs) spec.clusterIPs = spec.clusterIPs.slice(0, 1);
  if (same('ipFamilies') && spec.ipFamilies) spec.ipFamilies = spec.ipFamilies.slice(0, 1);
}
