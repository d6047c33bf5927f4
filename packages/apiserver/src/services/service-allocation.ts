import { ipAddressKind, type Kind, type KubeObject, newInvalid, type Service, serviceKind } from '@coxswain/api';
import type { Logger } from '@coxswain/foundation';
import type { ResourceCache, ResourceCaches } from '../cache/resource-cache.ts';
import type { Reservation, ReserveOptions, WriteHook } from '../registry/write-hooks.ts';
import { StorageUnavailable } from '../storage/storage.ts';
import type { AddressClaims, ServiceName } from './address-claims.ts';
import { allotAddresses } from './allot-address.ts';
import { allotPorts } from './allot-ports.ts';
import { completeFamilies } from './complete-families.ts';
import { addressesOf, portsOf } from './held-values.ts';
import type { IpRange } from './ip-range.ts';
import { patchAllocatedValues } from './patch-allocated.ts';
import type { PortClaims } from './port-claims.ts';
import type { PortRange } from './port-range.ts';
import { wantsAllotted } from './service-needs.ts';

export interface ServiceAllocationOptions {
  readonly caches: ResourceCaches;
  readonly addresses: AddressClaims;
  readonly ports: PortClaims;
  /** One a family, the primary one first. */
  readonly ranges: readonly IpRange[];
  readonly portRange: PortRange;
  readonly log: Logger;
}

const kind = serviceKind as unknown as Kind;
const NOTHING: Reservation = { async commit() {}, async release() {} };

/**
 * ClusterIPs and node ports of Services, correct over any number of servers on one store: whatever a Service is given is
 * claimed in the store first and given back last. A server that dies in between leaves a claim without a Service, never
 * a Service without a claim; `runServiceRepair` frees those.
 */
export function serviceAllocation(options: ServiceAllocationOptions): WriteHook {
  const { caches, addresses, ports, log } = options;
  const cache = caches.forKind(kind);

  async function giveBack(name: ServiceName, freed: Held): Promise<void> {
    try {
      for (const address of freed.addresses) await addresses.release(address, name);
      if (freed.ports.size > 0)
        await ports.update((taken) => new Set([...taken].filter((port) => !freed.ports.has(port))));
    } catch (err) {
      log.warn(
        { err, service: `${name.namespace}/${name.name}` },
        'addresses or ports not freed; left to the repair loop',
      );
    }
  }

  async function reserve(object: KubeObject, previous: KubeObject | undefined, { dryRun }: ReserveOptions) {
    const next = object as unknown as Service;
    const before = previous as unknown as Service | undefined;
    const old = heldBy(before);
    const families = options.ranges.map(({ family }) => family);
    const refused = completeFamilies(next, families, before?.spec);
    if (refused.length > 0) throw newInvalid({ group: '', kind: 'Service' }, next.metadata.name ?? '', refused);
    if (!asksForMore(next, old)) {
      const name = nameOf(next);
      return sameHeld(heldBy(next), old)
        ? NOTHING
        : { ...NOTHING, commit: () => giveBack(name, minus(old, heldBy(next))) };
    }
    const awaited = await cache.waitForRevision(await caches.currentRevision());
    if (awaited.outcome !== 'reached') throw new StorageUnavailable('the watch cache is behind the store');
    const name = nameOf(next);
    const used = usedByOthers(caches, cache, next);
    const claim = dryRun ? { addresses: undefined, ports: undefined } : { addresses, ports };
    const given = await allotAddresses(next, old.addresses, used.addresses, {
      ranges: options.ranges,
      claims: claim.addresses,
    });
    const errors = [...given.errors];
    let taken: ReadonlySet<number> = new Set();
    try {
      const allotted = await allotPorts(next, old.ports, used.ports, { range: options.portRange, claims: claim.ports });
      errors.push(...allotted.errors);
      taken = allotted.taken;
    } catch (error) {
      await giveBack(name, { addresses: given.taken, ports: new Set() });
      throw error;
    }
    const release = () => (dryRun ? Promise.resolve() : giveBack(name, { addresses: given.taken, ports: taken }));
    if (errors.length > 0) {
      await release();
      throw newInvalid({ group: '', kind: 'Service' }, next.metadata.name ?? '', errors);
    }
    return { release, commit: () => giveBack(name, minus(old, heldBy(next))) };
  }

  return {
    kind,
    reserve,
    prepareForUpdate: (next, old) => patchAllocatedValues(next as unknown as Service, old as unknown as Service),
    removed: (object) => {
      const service = object as unknown as Service;
      return giveBack(nameOf(service), heldBy(service));
    },
  };
}

interface Held {
  readonly addresses: readonly string[];
  readonly ports: ReadonlySet<number>;
}

function heldBy(service: Service | undefined): Held {
  return service ? { addresses: addressesOf(service), ports: portsOf(service) } : { addresses: [], ports: new Set() };
}

function minus(held: Held, kept: Held): Held {
  return {
    addresses: held.addresses.filter((address) => !kept.addresses.includes(address)),
    ports: new Set([...held.ports].filter((port) => !kept.ports.has(port))),
  };
}

function sameHeld(a: Held, b: Held): boolean {
  const nothing = ({ addresses, ports }: Held) => addresses.length === 0 && ports.size === 0;
  return nothing(minus(a, b)) && nothing(minus(b, a));
}

function nameOf({ metadata: { namespace = '', name = '' } }: Service): ServiceName {
  return { namespace, name };
}

/** Whether the Service wants anything that it does not hold already. */
function asksForMore(next: Service, old: Held): boolean {
  const wanted = heldBy(next);
  const more = minus(wanted, old);
  return more.addresses.length > 0 || more.ports.size > 0 || wantsAllotted(next.spec);
}

/** What Services other than `service` hold, and every address that has a claim. */
function usedByOthers(caches: ResourceCaches, cache: ResourceCache, { metadata }: Service) {
  const addresses = new Set<string>();
  const ports = new Set<number>();
  const list = cache.list({});
  for (const entry of list.outcome === 'page' ? list.entries : []) {
    if (entry.name === metadata.name && entry.namespace === metadata.namespace) continue;
    const service = entry.object as unknown as Service;
    for (const address of addressesOf(service)) addresses.add(address);
    for (const port of portsOf(service)) ports.add(port);
  }
  const claimed = caches.forKind(ipAddressKind).list({});
  for (const { name } of claimed.outcome === 'page' ? claimed.entries : []) addresses.add(name);
  return { addresses, ports };
}
