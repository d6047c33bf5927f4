import type { CachedEntry } from './cached-entry.ts';

/** The entries of a cache by key and in the order of their keys. */
export class SortedEntries {
  readonly #byKey = new Map<string, CachedEntry>();
  readonly #sorted: CachedEntry[] = [];

  get size(): number {
    return this.#sorted.length;
  }

  get(key: string): CachedEntry | undefined {
    return this.#byKey.get(key);
  }

  /** Puts the entry and returns the one that it replaces. */
  set(entry: CachedEntry): CachedEntry | undefined {
    const previous = this.#byKey.get(entry.key);
    this.#byKey.set(entry.key, entry);
    const last = this.#sorted.at(-1);
    if (!previous && (!last || last.key < entry.key)) this.#sorted.push(entry);
    else this.#sorted.splice(this.lowerBound(entry.key), previous ? 1 : 0, entry);
    return previous;
  }

  delete(key: string): CachedEntry | undefined {
    const previous = this.#byKey.get(key);
    if (!previous) return undefined;
    this.#byKey.delete(key);
    this.#sorted.splice(this.lowerBound(key), 1);
    return previous;
  }

  clear(): void {
    this.#byKey.clear();
    this.#sorted.length = 0;
  }

  values(): readonly CachedEntry[] {
    return this.#sorted;
  }

  /** Index of the first entry whose key is not before `key`. */
  lowerBound(key: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] as CachedEntry).key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Where the keys that start with `prefix` stand: from `start` to before `end`. */
  range(prefix: string): { start: number; end: number } {
    if (prefix === '') return { start: 0, end: this.#sorted.length };
    const after = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
    return { start: this.lowerBound(prefix), end: this.lowerBound(after) };
  }
}
