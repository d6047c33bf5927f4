import { UsageError } from '@coxswain/foundation';

/** The IPv4 addresses that Services get. */
export interface IpRange {
  readonly cidr: string;
  /** Addresses but network and broadcast address. */
  readonly size: number;
  /** The address at `offset` from the network address. */
  address(offset: number): string;
  /** Where in the range an address lies; undefined outside (network and broadcast address count as outside). */
  offset(address: string): number | undefined;
}

/** @throws UsageError unless it is an IPv4 CIDR of at least four addresses */
export function parseIpRange(cidr: string): IpRange {
  const [text = '', bitsText = ''] = cidr.split('/');
  const first = toNumber(text);
  const bits = Number(bitsText);
  if (first === undefined || !/^\d+$/.test(bitsText) || bits > 30 || bits < 8)
    throw new UsageError(`--service-cluster-ip-range: ${cidr} is not an IPv4 CIDR with a prefix of 8 to 30 bits`);
  const count = 2 ** (32 - bits);
  const base = first - (first % count);
  return {
    cidr,
    size: count - 2,
    address: (offset) => toText(base + offset),
    offset(address) {
      const value = toNumber(address);
      if (value === undefined) return undefined;
      const offset = value - base;
      return offset > 0 && offset < count - 1 ? offset : undefined;
    },
  };
}

function toNumber(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toText(value: number): string {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
}
