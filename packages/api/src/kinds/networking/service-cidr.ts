import { list, of, str } from '../../schema/builders.ts';
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
  subresources: { status: true },
});
