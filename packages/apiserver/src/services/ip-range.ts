import { isIPv4, isIPv6 } from 'node:net';
import { UsageError } from '@coxswain/foundation';

export type IpFamily = 'IPv4' | 'IPv6';

/** The addresses of one family that Services get. */
export interface IpRange {
  readonly cidr: string;
  readonly family: IpFamily;
  /** Addresses but network and (IPv4) broadcast address. */
  readonly size: number;
  /** The address at `offset` from the network address, in its canonical form. */
  address(offset: number): string;
  /** Where in the range an address lies; undefined outside (network and broadcast address count as outside). */
  offset(address: string): number | undefined;
}

const PREFIXES = { IPv4: [8, 30], IPv6: [108, 126] } as const;

/** @throws UsageError unless it is a CIDR of at least four addresses, at most 2^24 (IPv4) or 2^20 (IPv6) */
export function parseIpRange(cidr: string): IpRange {
  const [text = '', bitsText = ''] = cidr.split('/');
  const family = isIPv6(text) ? 'IPv6' : 'IPv4';
  const [least, most] = PREFIXES[family];
  const width = family === 'IPv4' ? 32 : 128;
  const first = toNumber(text, family);
  const bits = Number(bitsText);
  if (first === undefined || !/^\d+$/.test(bitsText) || bits > most || bits < least)
    throw new UsageError(
      `--service-cluster-ip-range: ${cidr} is not an IPv4 CIDR with a prefix of 8 to 30 bits, nor an IPv6 CIDR with one of 108 to 126`,
    );
  const count = 2 ** (width - bits);
  const base = first - (first % BigInt(count));
  const last = family === 'IPv4' ? count - 2 : count - 1;
  return {
    cidr,
    family,
    size: last,
    address: (offset) => toText(base + BigInt(offset), family),
    offset(address) {
      const value = toNumber(address, family);
      if (value === undefined || value <= base || value > base + BigInt(last)) return undefined;
      return Number(value - base);
    },
  };
}

/** `10.96.0.0/16` or `10.96.0.0/16,fd00:96::/112`: one range a family, the first is the primary. @throws UsageError */
export function parseIpRanges(text: string): readonly [primary: IpRange, ...more: IpRange[]] {
  const [primary, ...more] = text.split(',').map((part) => parseIpRange(part.trim())) as [IpRange, ...IpRange[]];
  if (more.length > 1 || more.some(({ family }) => family === primary.family))
    throw new UsageError(`--service-cluster-ip-range: ${text} is not one range a family`);
  return [primary, ...more];
}

/** The family of an address; undefined when it is none. */
export function familyOf(address: string): IpFamily | undefined {
  return isIPv4(address) ? 'IPv4' : isIPv6(address) ? 'IPv6' : undefined;
}

/** The form of RFC 5952, in which addresses can be compared. */
export function canonicalAddress(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

function toNumber(text: string, family: IpFamily): bigint | undefined {
  if (familyOf(text) !== family || text.includes('%')) return undefined;
  if (family === 'IPv4') return text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = '', tail] = canonicalAddress(text).split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [front, back] = [groups(head), groups(tail ?? '')];
  const all = [...front, ...Array(8 - front.length - back.length).fill('0'), ...back];
  return all.reduce((sum: bigint, group: string) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function toText(value: bigint, family: IpFamily): string {
  if (family === 'IPv4') return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(16 * (7 - i))) & 0xffffn).toString(16));
  return canonicalAddress(groups.join(':'));
}
