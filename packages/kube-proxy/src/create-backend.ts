import { existsSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import type { Logger } from '@coxswain/foundation';
import { DualStackBackend } from './dual-stack-backend.ts';
import { IptablesBackend } from './iptables/iptables-backend.ts';
import { IpvsBackend } from './ipvs/ipvs-backend.ts';
import { NftablesBackend } from './nftables/nftables-backend.ts';
import type { Backend, Family } from './rule-set.ts';
import { UserspaceBackend } from './userspace/userspace-backend.ts';

export const PROXY_MODES = ['nftables', 'iptables', 'ipvs', 'userspace'] as const;
export type ProxyMode = (typeof PROXY_MODES)[number];

export interface BackendOptions {
  /** Ranges of pod addresses, one a family. */
  readonly clusterCIDRs: readonly string[];
  /** Ranges of cluster IPs, one a family. */
  readonly serviceCIDRs: readonly string[];
  readonly log: Logger;
}

/** The backend of a mode, for the families that this machine has. */
export function createBackend(mode: ProxyMode, options: BackendOptions): Backend {
  const families = familiesOfMachine();
  const of = (make: (family: FamilyOptions) => Backend) =>
    new DualStackBackend(
      mode,
      families.map((family) => make(optionsOf(family, options))),
    );
  switch (mode) {
    case 'nftables':
      return of((family) => new NftablesBackend(family));
    case 'iptables':
      return of((family) => new IptablesBackend(family));
    case 'ipvs': {
      const four = optionsOf('IPv4', options);
      return new IpvsBackend(four);
    }
    case 'userspace':
      return new UserspaceBackend(options);
    default:
      mode satisfies never;
      throw new TypeError(`no such mode: ${mode}`);
  }
}

/** The first mode that this machine can run. @throws Error with each mode's reason when there is none */
export async function probeBackend(options: BackendOptions, signal: AbortSignal): Promise<Backend> {
  const reasons: string[] = [];
  for (const mode of PROXY_MODES) {
    const backend = createBackend(mode, options);
    try {
      await backend.probe(signal);
      return backend;
    } catch (err) {
      reasons.push(`${mode}: ${err instanceof Error ? err.message : err}`);
    }
  }
  throw new Error(`no proxy mode works on this machine: ${reasons.join('; ')}`);
}

/**
 * Removes what modes other than `kept` ever made. Those that share chains with it go before its first sync, the others
 * after it, so that a change of mode drops nothing where that is possible. All go when none is kept.
 */
export async function cleanupOthers(
  kept: string | undefined,
  when: 'before' | 'after',
  options: BackendOptions,
  signal: AbortSignal,
): Promise<void> {
  const shares = (mode: string) => kept !== undefined && SHARING.has(kept) && SHARING.has(mode);
  for (const mode of PROXY_MODES) {
    if (mode === kept || shares(mode) !== (when === 'before')) continue;
    // A mode that this machine can't run made nothing.
    await createBackend(mode, options)
      .cleanup(signal)
      .catch((err: unknown) => options.log.debug({ err, mode }, 'nothing cleaned up'));
  }
}

/** Modes whose chains have the same names. */
const SHARING: ReadonlySet<string> = new Set(['iptables', 'ipvs']);

export interface FamilyOptions {
  readonly family: Family;
  readonly clusterCIDR: string | undefined;
  readonly serviceCIDR: string | undefined;
  readonly log: Logger;
}

function optionsOf(family: Family, { clusterCIDRs, serviceCIDRs, log }: BackendOptions): FamilyOptions {
  const first = (ranges: readonly string[]) =>
    ranges.find((range) => isIPv6(range.split('/')[0] ?? '') === (family === 'IPv6'));
  return { family, clusterCIDR: first(clusterCIDRs), serviceCIDR: first(serviceCIDRs), log };
}

function familiesOfMachine(): Family[] {
  return existsSync('/proc/net/if_inet6') ? ['IPv4', 'IPv6'] : ['IPv4'];
}
