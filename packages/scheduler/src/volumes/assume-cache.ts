import { type KubeObject, objectKey } from '@coxswain/api';

/** Objects by `namespace/name`, or `name` without a namespace. */
export interface ObjectSource<T> {
  get(key: string): T | undefined;
  list(): T[];
}

/** Objects as a decision will make them, until the source has a newer version or the decision is taken back. */
export class AssumeCache<T extends KubeObject> implements ObjectSource<T> {
  readonly #source: ObjectSource<T>;
  readonly #assumed = new Map<string, T>();

  constructor(source: ObjectSource<T>) {
    this.#source = source;
  }

  get(key: string): T | undefined {
    return this.#current(key, this.#source.get(key));
  }

  list(): T[] {
    const objects = this.#source.list();
    if (this.#assumed.size === 0) return objects;
    return objects.map((object) => this.#current(objectKey(object), object) as T);
  }

  /** `object` is a changed copy of what `get` gave. */
  assume(object: T): void {
    this.#assumed.set(objectKey(object), object);
  }

  /** Takes back what was assumed. */
  restore(key: string): void {
    this.#assumed.delete(key);
  }

  #current(key: string, live: T | undefined): T | undefined {
    const assumed = this.#assumed.get(key);
    if (!assumed) return live;
    if (live?.metadata.uid === assumed.metadata.uid && versionOf(live) <= versionOf(assumed)) return assumed;
    this.#assumed.delete(key);
    return live;
  }
}

function versionOf(object: KubeObject | undefined): number {
  return Number(object?.metadata.resourceVersion ?? 0);
}
