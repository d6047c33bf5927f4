/** How many pods there are by value of a topology label. */
export interface DomainCounts {
  get(value: string): number;
  /** Pods in all domains. */
  readonly total: number;
  /** Domains that exist, with or without pods; only where they are tracked. */
  readonly domains: number;
  /** The number of pods in the domain with the fewest; 0 without domains. */
  readonly least: number;
  /** Domains with exactly so many pods. */
  domainsWith(pods: number): number;
  entries(): Iterable<readonly [string, number]>;
}

/** Counts kept true by changes one at a time; domains come and go with their nodes. */
export class DomainCounter implements DomainCounts {
  readonly #pods = new Map<string, number>();
  readonly #nodes: Map<string, number> | undefined;
  /** Number of domains by number of pods. */
  readonly #histogram = new Map<number, number>();
  #least = 0;
  total = 0;

  /** @param domains whether `domains` and `least` are wanted; else only values with pods take memory */
  constructor(domains: boolean) {
    this.#nodes = domains ? new Map() : undefined;
  }

  get domains(): number {
    return this.#nodes?.size ?? 0;
  }

  get least(): number {
    return this.#least;
  }

  get(value: string): number {
    return this.#pods.get(value) ?? 0;
  }

  domainsWith(pods: number): number {
    return this.#histogram.get(pods) ?? 0;
  }

  *entries(): Iterable<readonly [string, number]> {
    for (const value of (this.#nodes ?? this.#pods).keys()) yield [value, this.get(value)];
  }

  addNode(value: string): void {
    if (!this.#nodes) return;
    const before = this.#nodes.get(value) ?? 0;
    this.#nodes.set(value, before + 1);
    if (before === 0) this.#shift(undefined, this.get(value));
  }

  /** The node's pods must have been taken away before. */
  removeNode(value: string): void {
    if (!this.#nodes) return;
    const left = (this.#nodes.get(value) ?? 0) - 1;
    if (left > 0) this.#nodes.set(value, left);
    else if (this.#nodes.delete(value)) this.#shift(this.get(value), undefined);
  }

  addPods(value: string, change: number): void {
    const before = this.get(value);
    const after = before + change;
    if (after === 0) this.#pods.delete(value);
    else this.#pods.set(value, after);
    this.total += change;
    if (this.#nodes?.has(value)) this.#shift(before, after);
  }

  #shift(from: number | undefined, to: number | undefined): void {
    if (to !== undefined) this.#histogram.set(to, this.domainsWith(to) + 1);
    if (from !== undefined) {
      const left = this.domainsWith(from) - 1;
      if (left > 0) this.#histogram.set(from, left);
      else this.#histogram.delete(from);
    }
    if (this.#histogram.size === 0) this.#least = 0;
    else if (to !== undefined && (to < this.#least || this.domains === 1)) this.#least = to;
    else if (!this.#histogram.has(this.#least)) this.#least = Math.min(...this.#histogram.keys());
  }
}

/** Counts with imagined changes on top, for asking what if pods came or went. The counts below stay as they are. */
export class ImaginedCounts {
  readonly #base: DomainCounts;
  readonly #changes: Map<string, number>;
  #change: number;

  constructor(base: DomainCounts, changes: ReadonlyMap<string, number> = new Map()) {
    this.#base = base;
    this.#changes = new Map(changes);
    this.#change = 0;
    for (const change of changes.values()) this.#change += change;
  }

  get total(): number {
    return this.#base.total + this.#change;
  }

  get domains(): number {
    return this.#base.domains;
  }

  get(value: string): number {
    const count = this.#base.get(value);
    return this.#changes.size === 0 ? count : count + (this.#changes.get(value) ?? 0);
  }

  get least(): number {
    if (this.#changes.size === 0) return this.#base.least;
    let least = Number.POSITIVE_INFINITY;
    let leastRaised = 0;
    for (const [value, change] of this.#changes) {
      const before = this.#base.get(value);
      least = Math.min(least, before + change);
      if (before === this.#base.least) leastRaised++;
    }
    if (leastRaised < this.#base.domainsWith(this.#base.least)) return Math.min(least, this.#base.least);
    for (const [value, count] of this.#base.entries()) if (!this.#changes.has(value)) least = Math.min(least, count);
    return least;
  }

  add(value: string, change: number): void {
    const sum = (this.#changes.get(value) ?? 0) + change;
    if (sum === 0) this.#changes.delete(value);
    else this.#changes.set(value, sum);
    this.#change += change;
  }

  clone(): ImaginedCounts {
    return new ImaginedCounts(this.#base, this.#changes);
  }
}
