import { type KubeObject, objectKey } from '@coxswain/api';
import type { IndexFunction, Lister } from '../informer.ts';

interface Index<T> {
  readonly of: IndexFunction<T>;
  readonly entries: Map<string, Map<string, T>>;
}

/** Objects by key with indexes kept true by each write; always indexed by namespace. */
export class IndexedStore<T extends KubeObject> implements Lister<T> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  readonly #byNamespace: Index<T> = { of: namespaceOf, entries: new Map() };

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(): T[] {
    return [...this.#objects.values()];
  }

  byNamespace(namespace: string): T[] {
    return values(this.#byNamespace, namespace);
  }

  /** @throws Error when no index of that name was added */
  byIndex(index: string, value: string): T[] {
    const found = this.#indexes.get(index);
    if (!found) throw new Error(`index ${index} does not exist`);
    return values(found, value);
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  /** Adding a name again with the same function is no change. */
  addIndex(name: string, of: IndexFunction<T>): void {
    const present = this.#indexes.get(name);
    if (present) {
      if (present.of !== of) throw new Error(`index ${name} exists with another function`);
      return;
    }
    const index: Index<T> = { of, entries: new Map() };
    this.#indexes.set(name, index);
    for (const [key, object] of this.#objects) insert(index, key, object);
  }

  /** Returns what stood there before. */
  set(object: T): T | undefined {
    const key = objectKey(object);
    const old = this.#objects.get(key);
    this.#objects.set(key, object);
    if (old) remove(this.#byNamespace, key, old);
    insert(this.#byNamespace, key, object);
    for (const index of this.#indexes.values()) {
      if (old) remove(index, key, old);
      insert(index, key, object);
    }
    return old;
  }

  /** Returns what stood there. */
  delete(key: string): T | undefined {
    const old = this.#objects.get(key);
    if (!old) return undefined;
    this.#objects.delete(key);
    remove(this.#byNamespace, key, old);
    for (const index of this.#indexes.values()) remove(index, key, old);
    return old;
  }
}

function namespaceOf(object: KubeObject): readonly string[] {
  return [object.metadata.namespace ?? ''];
}

function values<T>(index: Index<T>, value: string): T[] {
  const found = index.entries.get(value);
  return found ? [...found.values()] : [];
}

function insert<T>(index: Index<T>, key: string, object: T): void {
  for (const value of index.of(object)) {
    const entries = index.entries.get(value);
    if (entries) entries.set(key, object);
    else index.entries.set(value, new Map([[key, object]]));
  }
}

function remove<T>(index: Index<T>, key: string, object: T): void {
  for (const value of index.of(object)) {
    const entries = index.entries.get(value);
    if (!entries?.delete(key)) continue;
    if (entries.size === 0) index.entries.delete(value);
  }
}
