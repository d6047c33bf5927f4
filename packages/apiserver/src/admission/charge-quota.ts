import {
  type KubeObject,
  type Pod,
  parseQuantity,
  type Quantity,
  quotaScopes,
  type ResourceQuota,
  resourceOf,
  type Usage,
  usageOf,
} from '@coxswain/api';

export interface Charge {
  /** `configmaps` or `deployments.apps`. */
  readonly resource: string;
  readonly object: KubeObject;
  /** What is stored and was charged before; undefined for a new object. */
  readonly old: KubeObject | undefined;
  readonly now: number;
}

export type ChargeResult =
  /** The quota does not count it, or it takes no more than before. */
  | { readonly outcome: 'nothing' }
  /** `why` is upstream's text. */
  | { readonly outcome: 'refused'; readonly why: string }
  | { readonly outcome: 'charged'; readonly status: NonNullable<ResourceQuota['status']> };

/** What a write does to a quota's usage. Pure. */
export function chargeQuota(quota: ResourceQuota, charge: Charge): ChargeResult {
  const name = quota.metadata.name ?? '';
  const interesting = Object.keys(quota.spec.hard ?? {}).filter((each) => resourceOf(each) === charge.resource);
  if (interesting.length === 0) return { outcome: 'nothing' };
  const scopes = quotaScopes(quota);
  const usage = usageOf(charge.resource, charge.object, scopes, charge.now);
  if (usage.size === 0) return { outcome: 'nothing' };
  const missing = charge.resource === 'pods' && !charge.old ? unspecified(charge.object as Pod, interesting) : '';
  if (missing !== '') return { outcome: 'refused', why: `failed quota: ${name}: must specify ${missing}` };
  const before = charge.old ? usageOf(charge.resource, charge.old, scopes, charge.now) : NOTHING;
  const delta = new Map<string, Quantity>();
  for (const each of interesting) {
    const amount = usage.get(each);
    const had = before.get(each);
    const more = amount && had ? amount.sub(had) : amount;
    if (more && more.sign() > 0) delta.set(each, more);
  }
  if (delta.size === 0) return { outcome: 'nothing' };
  const { hard = {}, used = {} } = quota.status ?? {};
  const unknown = [...delta.keys()].filter((each) => hard[each] === undefined || used[each] === undefined);
  if (unknown.length > 0)
    return { outcome: 'refused', why: `status unknown for quota: ${name}, resources: ${unknown.sort().join(',')}` };
  const next: Record<string, string> = { ...used };
  const exceeded: string[] = [];
  for (const [each, more] of delta) {
    const total = parseQuantity(used[each] as string).add(more);
    if (total.compare(parseQuantity(hard[each] as string)) > 0) exceeded.push(each);
    next[each] = String(total);
  }
  if (exceeded.length === 0) return { outcome: 'charged', status: { ...quota.status, used: next } };
  const text = (of: (resource: string) => unknown) =>
    exceeded
      .sort()
      .map((each) => `${each}=${of(each)}`)
      .join(',');
  const why = `exceeded quota: ${name}, requested: ${text((each) => delta.get(each))}, used: ${text((each) => used[each])}, limited: ${text((each) => hard[each])}`;
  return { outcome: 'refused', why };
}

const NOTHING: Usage = new Map();
const COMPUTE = [
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
];

/** A quota of compute resources wants them given by every container: `limits.cpu for: a,b; memory for: a`. */
function unspecified({ spec }: Pod, hard: readonly string[]): string {
  const wanting = new Map<string, string[]>();
  for (const each of hard.filter((name) => COMPUTE.includes(name)).sort()) {
    const [what, name] = each.startsWith('limits.')
      ? (['limits', each.slice('limits.'.length)] as const)
      : (['requests', each.replace('requests.', '')] as const);
    if (spec.resources?.[what]?.[name] !== undefined) continue;
    for (const container of [...spec.containers, ...(spec.initContainers ?? [])])
      if (container.resources?.[what]?.[name] === undefined)
        wanting.set(each, [...(wanting.get(each) ?? []), container.name ?? '']);
  }
  return [...wanting].map(([name, containers]) => `${name} for: ${containers.sort().join(',')}`).join('; ');
}
