import {
  addTo,
  type KubeObject,
  parseQuantity,
  Quantity,
  quotaScopes,
  type ResourceQuota,
  type ResourceQuotaStatus,
  type Usage,
  usageOf,
} from '@coxswain/api';

/** The objects of one namespace by `resource` or `resource.group`, as in count/…; only those that a quota names. */
export type CountedObjects = ReadonlyMap<string, readonly KubeObject[]>;

export interface QuotaInput {
  readonly quota: ResourceQuota;
  readonly objects: CountedObjects;
  /** Usage that admission has charged may only be lowered once something went. */
  readonly mayLower: boolean;
  readonly now: number;
}

/** What is used of each hard limit. */
export function planQuota({ quota, objects, mayLower, now }: QuotaInput): ResourceQuotaStatus {
  const { hard = {} } = quota.spec;
  const scopes = quotaScopes(quota);
  const usage: Usage = new Map();
  for (const [resource, list] of objects)
    for (const object of list)
      for (const [name, amount] of usageOf(resource, object, scopes, now)) if (name in hard) addTo(usage, name, amount);
  const used: Record<string, string> = {};
  for (const [name, limit] of Object.entries(hard)) {
    const zero = Quantity.of(0, parseQuantity(limit).format);
    const found = usage.get(name) ?? zero;
    const before = quota.status?.used?.[name];
    const charged = before === undefined ? zero : parseQuantity(before);
    used[name] = String(!mayLower && charged.compare(found) > 0 ? charged : found);
  }
  return { hard, used };
}
