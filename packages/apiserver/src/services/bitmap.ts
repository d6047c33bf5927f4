/** The members of upstream's RangeAllocation data: bit n of a big-endian number, in base64. Members count from 0. */
export function readBitmap(data: string): Set<number> {
  const bytes = Buffer.from(data, 'base64').reverse();
  const members = new Set<number>();
  bytes.forEach((byte, i) => {
    for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) members.add(i * 8 + bit);
  });
  return members;
}

export function writeBitmap(members: ReadonlySet<number>): string {
  const highest = Math.max(-1, ...members);
  const bytes = Buffer.alloc(Math.floor(highest / 8) + 1);
  for (const member of members) bytes[member >> 3] = (bytes[member >> 3] as number) | (1 << (member & 7));
  return bytes.reverse().toString('base64');
}
