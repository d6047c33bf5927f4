import { type IPAddress, ipAddressKind, type Kind, type Service, serviceKind } from '@coxswain/api';
import type { Clock, Logger } from '@coxswain/foundation';
import type { ResourceCaches } from '../cache/resource-cache.ts';
import type { ObjectStore } from '../registry/object-store.ts';
import type { AddressClaims } from './address-claims.ts';
import type { IpRange } from './ip-range.ts';
import { planRepair, type RepairPlan } from './plan-repair.ts';
import type { PortClaims } from './port-claims.ts';
import type { PortRange } from './port-range.ts';

export interface ServiceRepairOptions {
  readonly store: ObjectStore;
  readonly caches: ResourceCaches;
  readonly addresses: AddressClaims;
  readonly ports: PortClaims;
  readonly ranges: readonly IpRange[];
  readonly portRange: PortRange;
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds between two rounds; upstream's 3 minutes unless given. */
  readonly intervalMs?: number | undefined;
  /** See `planRepair`; upstream's minute unless given, longer than any request takes. */
  readonly graceMs?: number | undefined;
}

const addressKind = ipAddressKind as unknown as Kind;

/** Keeps claims and Services in step until the signal aborts. Any number of servers may do so at once. Never rejects. */
export async function runServiceRepair(options: ServiceRepairOptions, signal: AbortSignal): Promise<void> {
  const { clock, log, intervalMs = 180_000 } = options;
  let leaked: ReadonlyMap<number, number> = new Map();
  while (!signal.aborted) {
    try {
      leaked = await repairServices(options, leaked);
    } catch (err) {
      if (!signal.aborted) log.warn({ err }, 'repair of service addresses and ports failed');
    }
    await clock.sleep(intervalMs * (0.9 + 0.2 * Math.random()), signal).catch(() => {});
  }
}

/** One round; `leaked` and what it returns are the ports that seem leaked, with the time since when. */
export async function repairServices(
  options: ServiceRepairOptions,
  leaked: ReadonlyMap<number, number>,
): Promise<ReadonlyMap<number, number>> {
  const { store, caches, addresses, ports, ranges, portRange, clock, log, graceMs = 60_000 } = options;
  const state = await ports.read();
  const services = caches.forKind(serviceKind);
  // Services at least as new as the ports: one whose claim was read is seen, unless it is not stored yet.
  const awaited = await services.waitForRevision(await caches.currentRevision());
  if (awaited.outcome !== 'reached') return leaked;
  const all = <T>(cache: typeof services) => {
    const list = cache.list({});
    return (list.outcome === 'page' ? list.entries.map(({ object }) => object) : []) as unknown as T[];
  };
  const plan = planRepair(
    {
      services: all<Service>(services),
      addresses: all<IPAddress>(caches.forKind(ipAddressKind)),
      portsTaken: state.taken,
    },
    { ranges, portRange, graceMs, now: clock.now(), leaked },
  );
  for (const conflict of plan.conflicts) log.error({ conflict }, 'two services hold the same');
  for (const { address, service } of plan.claim) await addresses.claim(address, service);
  for (const { metadata } of plan.release)
    await store.change(
      addressKind,
      '',
      metadata.name,
      ({ object }) => (object.metadata.uid === metadata.uid ? { action: 'remove', object } : { action: 'keep' }),
      { dryRun: false },
    );
  await swapPorts(ports, state, plan);
  return plan.leaked;
}

/** Only if nobody has changed the ports since: otherwise the next round decides anew. */
async function swapPorts(ports: PortClaims, state: Awaited<ReturnType<PortClaims['read']>>, plan: RepairPlan) {
  if (plan.take.size === 0 && plan.free.size === 0) return;
  const next = new Set([...state.taken, ...plan.take].filter((port) => !plan.free.has(port)));
  await ports.swap(state, next);
}
