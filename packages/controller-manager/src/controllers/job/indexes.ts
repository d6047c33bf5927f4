/** A set of completion indexes as Job statuses write it: `1,3-5,7`. Bounded by the number of ranges, not of indexes. */
export class Indexes {
  readonly #ranges: readonly (readonly [first: number, last: number])[];
  readonly count: number;

  private constructor(ranges: readonly (readonly [number, number])[]) {
    this.#ranges = ranges;
    this.count = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  }

  static of(indexes: Iterable<number>): Indexes {
    const ranges: [number, number][] = [];
    for (const index of [...new Set(indexes)].sort((a, b) => a - b)) {
      const last = ranges.at(-1);
      if (last && last[1] + 1 >= index) last[1] = index;
      else ranges.push([index, index]);
    }
    return new Indexes(ranges);
  }

  /** Text that isn't in the form, or beyond `completions`, is left out. */
  static parse(text: string | undefined, completions: number): Indexes {
    const ranges: [number, number][] = [];
    for (const part of (text ?? '').split(',')) {
      const match = /^(\d+)(?:-(\d+))?$/.exec(part);
      if (!match) continue;
      const first = Number(match[1]);
      const last = Math.min(completions - 1, Number(match[2] ?? match[1]));
      if (first <= last && first > (ranges.at(-1)?.[1] ?? -1)) ranges.push([first, last]);
    }
    return new Indexes(ranges);
  }

  has(index: number): boolean {
    return this.#ranges.some(([first, last]) => first <= index && index <= last);
  }

  with(more: Iterable<number>): Indexes {
    const added = [...more].filter((index) => !this.has(index));
    if (added.length === 0) return this;
    const all = [...this.#ranges, ...added.map((index) => [index, index] as const)].sort((a, b) => a[0] - b[0]);
    const ranges: [number, number][] = [];
    for (const [first, end] of all) {
      const last = ranges.at(-1);
      if (last && last[1] + 1 >= first) last[1] = Math.max(last[1], end);
      else ranges.push([first, end]);
    }
    return new Indexes(ranges);
  }

  *values(): Generator<number> {
    for (const [first, last] of this.#ranges) for (let index = first; index <= last; index++) yield index;
  }

  toString(): string {
    return this.#ranges
      .map(([first, last]) =>
        first === last ? `${first}` : last === first + 1 ? `${first},${last}` : `${first}-${last}`,
      )
      .join(',');
  }
}
