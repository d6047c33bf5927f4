import type { IPAddress, Service } from '@coxswain/api';
import { ALLOCATOR, holds, MANAGED_BY, type ServiceName } from './address-claims.ts';
import { addressesOf, portsOf } from './held-values.ts';
import type { IpRange } from './ip-range.ts';
import type { PortRange } from './port-range.ts';

/** One moment of the store. */
export interface ServiceState {
  readonly services: readonly Service[];
  readonly addresses: readonly IPAddress[];
  readonly portsTaken: ReadonlySet<number>;
}

export interface RepairPlan {
  /** Services whose address has no claim. */
  readonly claim: readonly { readonly address: string; readonly service: ServiceName }[];
  /** Claims that no Service stands behind. */
  readonly release: readonly IPAddress[];
  /** Ports of Services that are not marked taken. */
  readonly take: ReadonlySet<number>;
  /** Ports marked taken that no Service holds, each with the time since when. */
  readonly leaked: ReadonlyMap<number, number>;
  /** Those of them that are leaked for longer than the grace. */
  readonly free: ReadonlySet<number>;
  /** What two Services hold, for people to put right. */
  readonly conflicts: readonly string[];
}

export interface RepairOptions {
  readonly ranges: readonly IpRange[];
  readonly portRange: PortRange;
  /** Milliseconds for which a claim may be without its Service: longer than any request takes. */
  readonly graceMs: number;
  readonly now: number;
  /** The leaked ports of the round before. */
  readonly leaked: ReadonlyMap<number, number>;
}

/** What has to be done so that claims and Services match. Pure. */
export function planRepair({ services, addresses, portsTaken }: ServiceState, options: RepairOptions): RepairPlan {
  const { ranges, portRange, graceMs, now } = options;
  const claimed = new Set(addresses.map(({ metadata }) => metadata.name));
  const holders = new Map<string, string>();
  const conflicts: string[] = [];
  const hold = (what: string, service: string) => {
    const other = holders.get(what);
    if (other !== undefined && other !== service) conflicts.push(`${what} is held by ${other} and ${service}`);
    holders.set(what, service);
  };
  const claim: { address: string; service: ServiceName }[] = [];
  const held = new Set<number>();
  for (const service of services) {
    const { namespace = '', name = '' } = service.metadata;
    for (const address of addressesOf(service)) {
      if (!ranges.some((range) => range.offset(address) !== undefined)) continue;
      hold(address, `${namespace}/${name}`);
      if (!claimed.has(address)) claim.push({ address, service: { namespace, name } });
    }
    for (const port of portsOf(service)) {
      if (port < portRange.first || port > portRange.last) continue;
      hold(`node port ${port}`, `${namespace}/${name}`);
      held.add(port);
    }
  }
  const byName = new Map(
    services.map((service) => [`${service.metadata.namespace}/${service.metadata.name}`, service]),
  );
  const release = addresses.filter((address) => {
    const { metadata, spec } = address;
    if (metadata.labels?.[MANAGED_BY] !== ALLOCATOR || spec.parentRef?.resource !== 'services') return false;
    if (now - Date.parse(metadata.creationTimestamp ?? '') < graceMs) return false;
    const { namespace = '', name } = spec.parentRef;
    const service = byName.get(`${namespace}/${name}`);
    return !service || !holds(address, { namespace, name }) || !addressesOf(service).includes(metadata.name);
  });
  const leaked = new Map(
    [...portsTaken].filter((port) => !held.has(port)).map((port) => [port, options.leaked.get(port) ?? now] as const),
  );
  const free = new Set([...leaked].filter(([, since]) => now - since >= graceMs).map(([port]) => port));
  return { claim, release, take: new Set([...held].filter((port) => !portsTaken.has(port))), leaked, free, conflicts };
}
