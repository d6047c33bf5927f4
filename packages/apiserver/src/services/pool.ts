import { randomInt } from 'node:crypto';

/** What is taken of a pool: by stored Services, and for a moment by writes that are on their way. */
export class Pool {
  readonly #size: number;
  readonly #reserved = new Map<number, number>();

  /** Members are 1 … size. */
  constructor(size: number) {
    this.#size = size;
  }

  isFree(member: number, used: ReadonlySet<number>): boolean {
    return !used.has(member) && !this.#reserved.has(member);
  }

  /**
   * A free member, undefined when there is none. The lowest members are given out last, so that they stay free for
   * those who ask for one by number (KEP-3070).
   */
  pick(used: ReadonlySet<number>, random: (below: number) => number = randomInt): number | undefined {
    const low = this.#size < 16 ? 0 : Math.min(256, Math.max(16, Math.floor(this.#size / 16)));
    const high = this.#size - low;
    const start = high > 0 ? random(high) : 0;
    for (let i = 0; i < high; i++) {
      const member = low + 1 + ((start + i) % high);
      if (this.isFree(member, used)) return member;
    }
    for (let member = 1; member <= low; member++) if (this.isFree(member, used)) return member;
    return undefined;
  }

  reserve(member: number): void {
    this.#reserved.set(member, (this.#reserved.get(member) ?? 0) + 1);
  }

  release(member: number): void {
    const count = (this.#reserved.get(member) ?? 0) - 1;
    if (count > 0) this.#reserved.set(member, count);
    else this.#reserved.delete(member);
  }
}
