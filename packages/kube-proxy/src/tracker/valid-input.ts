import { BlockList, isIP } from 'node:net';
import { isNonSpecialIP, isValidCIDR } from '@coxswain/api';
import type { Family, Protocol } from '../rule-set.ts';

/**
 * What other programs wrote is checked again before it becomes a rule: one element that the kernel refuses would hold up
 * the rules of all Services, and a loopback address would lead a client to this machine's own programs.
 */
export function familyOf(address: string): Family | undefined {
  if (typeof address !== 'string' || address.includes('%')) return undefined;
  const version = isIP(address);
  return version === 4 ? 'IPv4' : version === 6 ? 'IPv6' : undefined;
}

/** The one form of an address of the family; undefined when it is none, or none that may be a destination. */
export function usableAddress(address: string | undefined, family: Family): string | undefined {
  if (address === undefined || familyOf(address) !== family || isNonSpecialIP(address).length > 0) return undefined;
  const form = canonical(address);
  return form.startsWith('::ffff:') ? undefined : form;
}

/** `address/length` if it is of the family; for what can't be read a range where nobody is, since it was to keep out. */
export function usableRange(range: string, family: Family): string[] {
  const text = range.trim();
  const [address = '', length] = text.split('/');
  if (isValidCIDR(text).length > 0 || familyOf(address) === undefined) return [NOBODY[family]];
  return familyOf(address) === family ? [`${canonical(address)}/${length}`] : [];
}

const NOBODY = { IPv4: '255.255.255.255/32', IPv6: 'ff02::/128' } as const;

/** What a name of a Service or a port may consist of. */
export function isName(name: string | undefined): boolean {
  return /^[a-z0-9.-]{0,253}$/i.test(name ?? '');
}

export function isPort(port: unknown): port is number {
  return Number.isInteger(port) && (port as number) > 0 && (port as number) < 65_536;
}

export function isProtocol(protocol: unknown): protocol is Protocol {
  return protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP';
}

/** Whether an address lies in one of the ranges. */
export function inRanges(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', length] = range.split('/');
    list.addSubnet(address, Number(length), address.includes(':') ? 'ipv6' : 'ipv4');
  }
  return (address) => list.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
}

function canonical(address: string): string {
  return address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}
