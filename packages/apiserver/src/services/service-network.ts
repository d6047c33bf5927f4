import type { Clock, Logger } from '@coxswain/foundation';
import type { ResourceCaches } from '../cache/resource-cache.ts';
import type { ObjectStore } from '../registry/object-store.ts';
import type { WriteHook } from '../registry/write-hooks.ts';
import type { Storage } from '../storage/storage.ts';
import { AddressClaims } from './address-claims.ts';
import { parseIpRanges } from './ip-range.ts';
import { PortClaims } from './port-claims.ts';
import { parsePortRange } from './port-range.ts';
import { runServiceRepair, type ServiceRepairOptions } from './run-service-repair.ts';
import { serviceAllocation } from './service-allocation.ts';

export interface ServiceNetworkOptions {
  readonly storage: Storage;
  readonly store: ObjectStore;
  readonly caches: ResourceCaches;
  readonly clock: Clock;
  readonly log: Logger;
  /** --service-cluster-ip-range */
  readonly serviceRange: string;
  /** --service-node-port-range */
  readonly nodePortRange: string;
  readonly repair?: Pick<ServiceRepairOptions, 'intervalMs' | 'graceMs'> | undefined;
}

/** Addresses and ports of Services: what writes claim, and the loop that puts right what a died server left behind. */
export interface ServiceNetwork {
  /** One a family, the primary one first. */
  readonly cidrs: readonly string[];
  /** The address of the Service `kubernetes`: the first of the primary range. */
  readonly apiserverAddress: string;
  readonly allocation: WriteHook;
  runRepair(signal: AbortSignal): Promise<void>;
}

/** @throws UsageError when a range can't be read */
export function createServiceNetwork(options: ServiceNetworkOptions): ServiceNetwork {
  const { storage, store, caches, clock, log, repair } = options;
  const ranges = parseIpRanges(options.serviceRange);
  const portRange = parsePortRange(options.nodePortRange);
  const addresses = new AddressClaims(store, clock);
  const ports = new PortClaims(storage, portRange);
  const shared = { caches, addresses, ports, ranges, portRange, log };
  return {
    cidrs: ranges.map(({ cidr }) => cidr),
    apiserverAddress: ranges[0].address(1),
    allocation: serviceAllocation(shared),
    runRepair: (signal) => runServiceRepair({ ...shared, store, clock, ...repair }, signal),
  };
}
