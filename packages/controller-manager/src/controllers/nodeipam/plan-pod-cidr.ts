import { isIP } from 'node:net';

export interface CidrRange {
  readonly family: 4 | 6;
  /** The first address as a number. */
  readonly base: bigint;
  readonly prefix: number;
}

/** @throws Error when the text is no CIDR */
export function parseCidr(text: string): CidrRange {
  const [address = '', length = ''] = text.split('/');
  const family = isIP(address);
  const bits = family === 6 ? 128 : 32;
  const prefix = Number(length);
  if (family === 0 || !/^\d+$/.test(length) || prefix > bits) throw new Error(`invalid CIDR address: ${text}`);
  const size = 1n << BigInt(bits - prefix);
  const value = family === 6 ? parseIPv6(address) : parseIPv4(address);
  return { family: family as 4 | 6, base: (value / size) * size, prefix };
}

export function formatCidr({ family, base, prefix }: CidrRange): string {
  return `${family === 6 ? formatIPv6(base) : formatIPv4(base)}/${prefix}`;
}

/**
 * The lowest free range of length `maskSize` inside the cluster's, or undefined when all are taken.
 * @param used ranges of all nodes, whether from this cluster range or not
 */
export function planPodCidr(cluster: CidrRange, maskSize: number, used: Iterable<string>): string | undefined {
  const bits = cluster.family === 6 ? 128 : 32;
  const step = 1n << BigInt(bits - maskSize);
  const count = 1n << BigInt(maskSize - cluster.prefix);
  const taken = new Set<bigint>();
  for (const text of used) {
    const range = parseCidr(text);
    if (range.family !== cluster.family) continue;
    const size = 1n << BigInt(bits - range.prefix);
    const first = (range.base - cluster.base) / step;
    const last = (range.base + size - 1n - cluster.base) / step;
    for (let i = first < 0n ? 0n : first; i <= last && i < count; i++) taken.add(i);
  }
  for (let i = 0n; i < count; i++)
    if (!taken.has(i)) return formatCidr({ family: cluster.family, base: cluster.base + i * step, prefix: maskSize });
  return undefined;
}

function parseIPv4(address: string): bigint {
  return address.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function formatIPv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
}

function parseIPv6(address: string): bigint {
  const [head = '', tail] = address.split('::');
  const words = (text: string) => (text === '' ? [] : text.split(':'));
  const left = words(head);
  const right = tail === undefined ? [] : words(tail);
  const middle = tail === undefined ? [] : new Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...middle, ...right].reduce((value, word) => (value << 16n) | BigInt(`0x${word}`), 0n);
}

/** The URL parser writes addresses in their canonical form. */
function formatIPv6(value: bigint): string {
  const words = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  return new URL(`http://[${words.join(':')}]`).hostname.slice(1, -1);
}
