import { list, map, of, quantity, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { validateResourceQuota, validateResourceQuotaUpdate } from './resource-quota-validation.ts';

export const ScopedResourceSelectorRequirement = struct('ScopedResourceSelectorRequirement', {
  scopeName: str(1).required(),
  operator: str(2).required().oneOf('DoesNotExist', 'Exists', 'In', 'NotIn'),
  values: list(3, str()).atomic(),
});
export type ScopedResourceSelectorRequirement = Infer<typeof ScopedResourceSelectorRequirement>;

export const ScopeSelector = struct('ScopeSelector', {
  matchExpressions: list(1, ScopedResourceSelectorRequirement).atomic(),
});
export type ScopeSelector = Infer<typeof ScopeSelector>;

export const ResourceQuotaSpec = struct('ResourceQuotaSpec', {
  hard: map(1, quantity()).describe('The most of each resource that the namespace may use.'),
  scopes: list(2, str()).atomic().describe('Which pods count; all of them must match.'),
  scopeSelector: of(3, ScopeSelector).describe('Which pods count, by expressions.'),
});
export type ResourceQuotaSpec = Infer<typeof ResourceQuotaSpec>;

export const ResourceQuotaStatus = struct('ResourceQuotaStatus', {
  hard: map(1, quantity()),
  used: map(2, quantity()),
});
export type ResourceQuotaStatus = Infer<typeof ResourceQuotaStatus>;

export const ResourceQuota = struct('ResourceQuota', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, ResourceQuotaSpec).expected(),
  status: of(3, ResourceQuotaStatus),
});
export type ResourceQuota = Infer<typeof ResourceQuota>;

export const resourceQuotaKind = defineKind<ResourceQuota>({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  shortNames: ['quota'],
  namespaced: true,
  struct: ResourceQuota,
  hasGeneration: false,
  prepareForCreate(quota) {
    quota.status = {};
  },
  validate: validateResourceQuota,
  validateUpdate: validateResourceQuotaUpdate,
  subresources: { status: true },
  columns: [column('Request', (quota) => usageCell(quota, false)), column('Limit', (quota) => usageCell(quota, true))],
});

/** `cpu: 0/4, pods: 1/10` of the resources that are limits, or of the others. */
function usageCell({ status }: ResourceQuota, limits: boolean): string {
  const { hard = {}, used = {} } = status ?? {};
  return Object.keys(hard)
    .filter((name) => name.startsWith('limits.') === limits)
    .sort()
    .map((name) => `${name}: ${used[name] ?? '0'}/${hard[name]}`)
    .join(', ');
}
