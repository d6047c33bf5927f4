/** A binary heap whose items can be found and removed by key. The least by `less` comes first. */
export class KeyedHeap<T> {
  readonly #items: T[] = [];
  readonly #at = new Map<string, number>();
  readonly #key: (item: T) => string;
  readonly #less: (a: T, b: T) => boolean;

  constructor(key: (item: T) => string, less: (a: T, b: T) => boolean) {
    this.#key = key;
    this.#less = less;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  get(key: string): T | undefined {
    const at = this.#at.get(key);
    return at === undefined ? undefined : this.#items[at];
  }

  has(key: string): boolean {
    return this.#at.has(key);
  }

  values(): readonly T[] {
    return this.#items;
  }

  /** Adds an item, or moves it to its place after it changed. */
  push(item: T): void {
    const key = this.#key(item);
    const at = this.#at.get(key);
    if (at !== undefined) {
      this.#items[at] = item;
      this.#down(this.#up(at));
      return;
    }
    this.#items.push(item);
    this.#at.set(key, this.#items.length - 1);
    this.#up(this.#items.length - 1);
  }

  pop(): T | undefined {
    const first = this.#items[0];
    return first === undefined ? undefined : this.delete(this.#key(first));
  }

  delete(key: string): T | undefined {
    const at = this.#at.get(key);
    if (at === undefined) return undefined;
    const item = this.#items[at] as T;
    const last = this.#items.pop() as T;
    this.#at.delete(key);
    if (at < this.#items.length) {
      this.#items[at] = last;
      this.#at.set(this.#key(last), at);
      this.#down(this.#up(at));
    }
    return item;
  }

  #up(start: number): number {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#less(this.#items[at] as T, this.#items[parent] as T)) break;
      this.#swap(at, parent);
      at = parent;
    }
    return at;
  }

  #down(start: number): void {
    let at = start;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#items.length && this.#less(this.#items[child] as T, this.#items[least] as T)) least = child;
      }
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #swap(a: number, b: number): void {
    const items = this.#items;
    const first = items[a] as T;
    const second = items[b] as T;
    items[a] = second;
    items[b] = first;
    this.#at.set(this.#key(second), a);
    this.#at.set(this.#key(first), b);
  }
}
