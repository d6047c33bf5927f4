import { randomInt } from 'node:crypto';

/**
 * A free member of 1 … `size`, undefined when there is none. The lowest members are given out last, so that they stay
 * free for those who ask for one by number (KEP-3070).
 */
export function pickFree(
  size: number,
  used: ReadonlySet<number>,
  random: (below: number) => number = randomInt,
): number | undefined {
  const low = size < 16 ? 0 : Math.min(256, Math.max(16, Math.floor(size / 16)));
  const high = size - low;
  const start = high > 0 ? random(high) : 0;
  for (let i = 0; i < high; i++) {
    const member = low + 1 + ((start + i) % high);
    if (!used.has(member)) return member;
  }
  for (let member = 1; member <= low; member++) if (!used.has(member)) return member;
  return undefined;
}
