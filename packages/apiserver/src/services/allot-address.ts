import { type FieldError, fieldInternalError, fieldInvalid, path, type Service } from '@coxswain/api';
import type { AddressClaims } from './address-claims.ts';
import { canonicalAddress, type IpRange } from './ip-range.ts';
import { pickFree } from './pool.ts';
import { needsClusterIP } from './service-needs.ts';

export interface AllotAddressOptions {
  /** One a family. */
  readonly ranges: readonly IpRange[];
  /** Undefined claims nothing (dry run). */
  readonly claims: AddressClaims | undefined;
}

export interface AllottedAddresses {
  readonly taken: readonly string[];
  readonly errors: readonly FieldError[];
}

/**
 * Claims the addresses that the Service asks for and chooses those of its other families, which are written in. `held`
 * are the Service's own already, `used` the others' (both canonical). What was taken before an error is in `taken`.
 */
export async function allotAddresses(
  { metadata: { namespace = '', name = '' }, spec }: Service,
  held: readonly string[],
  used: ReadonlySet<string>,
  { ranges, claims }: AllotAddressOptions,
): Promise<AllottedAddresses> {
  const taken: string[] = [];
  if (!needsClusterIP(spec) || spec.clusterIP === 'None') return { taken, errors: [] };
  const service = { namespace, name };
  const at = path('spec', 'clusterIPs');
  const asked = [...(spec.clusterIPs ?? [])];
  const chosen: string[] = [];
  for (const [i, family] of (spec.ipFamilies ?? []).entries()) {
    const range = ranges.find((candidate) => candidate.family === family);
    const wanted = asked[i];
    if (!range || (wanted && held.includes(canonicalAddress(wanted)))) {
      if (wanted) chosen.push(wanted);
      continue;
    }
    const got = wanted
      ? await claimAsked(canonicalAddress(wanted), range, used, claims, service)
      : await choose(range, used, claims, service);
    if (typeof got !== 'string') {
      const error = wanted
        ? fieldInvalid(at, asked, `failed to allocate IP ${wanted}: ${got.problem}`)
        : fieldInternalError(at, new Error(`failed to allocate a serviceIP: ${got.problem}`));
      return { taken, errors: [error] };
    }
    taken.push(got);
    chosen.push(wanted || got);
  }
  spec.clusterIPs = chosen;
  spec.clusterIP = chosen[0] ?? '';
  return { taken, errors: [] };
}

type ServiceName = Parameters<AddressClaims['claim']>[1];

async function claimAsked(
  address: string,
  range: IpRange,
  used: ReadonlySet<string>,
  claims: AddressClaims | undefined,
  service: ServiceName,
): Promise<string | { problem: string }> {
  if (range.offset(address) === undefined)
    return {
      problem: `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${range.cidr}`,
    };
  const free = !used.has(address) && (!claims || (await claims.claim(address, service)));
  return free ? address : { problem: 'provided IP is already allocated' };
}

async function choose(
  range: IpRange,
  used: ReadonlySet<string>,
  claims: AddressClaims | undefined,
  service: ServiceName,
): Promise<string | { problem: string }> {
  const tried = new Set<number>();
  for (const address of used) {
    const offset = range.offset(address);
    if (offset !== undefined) tried.add(offset);
  }
  for (;;) {
    const offset = pickFree(range.size, tried);
    if (offset === undefined) return { problem: 'range is full' };
    const address = range.address(offset);
    if (!claims || (await claims.claim(address, service))) return address;
    tried.add(offset);
  }
}
