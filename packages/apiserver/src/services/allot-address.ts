import { type FieldError, fieldInternalError, fieldInvalid, path, type Service } from '@coxswain/api';
import type { AddressClaims } from './address-claims.ts';
import type { IpRange } from './ip-range.ts';
import { pickFree } from './pool.ts';
import { needsClusterIP } from './service-needs.ts';

export interface AllotAddressOptions {
  readonly range: IpRange;
  /** Undefined claims nothing (dry run). */
  readonly claims: AddressClaims | undefined;
}

export interface AllottedAddress {
  readonly taken: readonly string[];
  readonly errors: readonly FieldError[];
}

/** Claims the address that the Service asks for, or chooses one and writes it in. `held` are the Service's own already. */
export async function allotAddress(
  { metadata: { namespace = '', name = '' }, spec }: Service,
  held: readonly string[],
  used: ReadonlySet<string>,
  { range, claims }: AllotAddressOptions,
): Promise<AllottedAddress> {
  const nothing = { taken: [], errors: [] };
  if (!needsClusterIP(spec) || spec.clusterIP === 'None') return nothing;
  if (spec.clusterIP && held.includes(spec.clusterIP)) return nothing;
  const service = { namespace, name };
  const at = path('spec', 'clusterIPs');
  if (spec.clusterIP) {
    const { clusterIP } = spec;
    const refuse = (why: string) => ({
      taken: [],
      errors: [fieldInvalid(at, spec.clusterIPs ?? [], `failed to allocate IP ${clusterIP}: ${why}`)],
    });
    if (range.offset(clusterIP) === undefined)
      return refuse(
        `the provided IP (${clusterIP}) is not in the valid range. The range of valid IPs is ${range.cidr}`,
      );
    const free = !used.has(clusterIP) && (!claims || (await claims.claim(clusterIP, service)));
    return free ? { taken: [clusterIP], errors: [] } : refuse('provided IP is already allocated');
  }
  const tried = new Set<number>();
  for (const address of used) {
    const offset = range.offset(address);
    if (offset !== undefined) tried.add(offset);
  }
  for (;;) {
    const offset = pickFree(range.size, tried);
    if (offset === undefined)
      return {
        taken: [],
        errors: [fieldInternalError(at, new Error('failed to allocate a serviceIP: range is full'))],
      };
    const address = range.address(offset);
    if (!claims || (await claims.claim(address, service))) {
      spec.clusterIP = address;
      spec.clusterIPs = [address];
      return { taken: [address], errors: [] };
    }
    tried.add(offset);
  }
}
