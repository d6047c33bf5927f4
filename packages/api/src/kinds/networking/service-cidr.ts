import { type FieldError, fieldInvalid, fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { isIPv6, isValidCIDR } from '../../machinery/ip.ts';
import { deepEqual } from '../../machinery/json.ts';
import { list, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { Condition } from '../meta/condition.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const ServiceCIDRSpec = struct('ServiceCIDRSpec', {
  cidrs: list(1, str()).atomic(),
});
export type ServiceCIDRSpec = Infer<typeof ServiceCIDRSpec>;

export const ServiceCIDRStatus = struct('ServiceCIDRStatus', {
  conditions: list(1, Condition).keyed('type'),
});
export type ServiceCIDRStatus = Infer<typeof ServiceCIDRStatus>;

export const ServiceCIDR = struct('ServiceCIDR', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, ServiceCIDRSpec).expected(),
  status: of(3, ServiceCIDRStatus),
});
export type ServiceCIDR = Infer<typeof ServiceCIDR>;

export const serviceCIDRKind = defineKind<ServiceCIDR>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'ServiceCIDR',
  plural: 'servicecidrs',
  namespaced: false,
  struct: ServiceCIDR,
  prepareForCreate(range) {
    range.status = {};
  },
  validate: validateServiceCIDR,
  validateUpdate: (next, old) =>
    deepEqual(next.spec.cidrs, old.spec.cidrs)
      ? []
      : [fieldInvalid(path('spec', 'cidrs'), next.spec.cidrs, 'field is immutable')],
  subresources: { status: true },
  columns: [column('CIDRs', ({ spec }) => spec.cidrs?.join(',') ?? '')],
});

function validateServiceCIDR({ spec }: ServiceCIDR): FieldError[] {
  const at = path('spec', 'cidrs');
  const cidrs = spec.cidrs ?? [];
  if (cidrs.length === 0) return [fieldRequired(at, 'at least one CIDR required')];
  if (cidrs.length > 2) return [fieldInvalid(at, cidrs, 'may only hold up to 2 values')];
  const errors = cidrs.flatMap((cidr, i) =>
    isValidCIDR(cidr).map((message) => fieldInvalid(at.index(i), cidr, message)),
  );
  const families = new Set(cidrs.map((cidr) => isIPv6(cidr.split('/')[0] ?? '')));
  if (errors.length === 0 && families.size < cidrs.length)
    errors.push(
      fieldInvalid(
        at,
        cidrs,
        'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/96',
      ),
    );
  return errors;
}
