/**
 * Every host address of an IPv4 range, without the network's own and the broadcast address.
 * @throws RangeError if it isn't `a.b.c.d/len` with a length of 22 to 30 (a certificate names them all)
 */
export function hostAddresses(cidr: string): string[] {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  const [a = 256, b = 256, c = 256, d = 256, length = 0] = match?.slice(1).map(Number) ?? [];
  if (Math.max(a, b, c, d) > 255 || length < 22 || length > 30)
    throw new RangeError(`not an IPv4 range of /22 to /30: ${cidr}`);
  const size = 2 ** (32 - length);
  const first = Math.floor(((a * 256 + b) * 256 + c) * 256 + d);
  const base = first - (first % size);
  return Array.from({ length: size - 2 }, (_, i) => dotted(base + i + 1));
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
