declare const valueType: unique symbol;

/** Names what a plugin keeps between extension points of one scheduling cycle. */
export interface StateKey<T> {
  readonly name: string;
  readonly [valueType]?: T;
}

export function stateKey<T>(name: string): StateKey<T> {
  return { name };
}

/** What plugins remember of one pod's cycle. Read by Filter and Score for every node, so reading is one map look-up. */
export class CycleState {
  readonly #values = new Map<StateKey<unknown>, unknown>();

  write<T>(key: StateKey<T>, value: T): void {
    this.#values.set(key, value);
  }

  /** @throws Error when nothing was written */
  read<T>(key: StateKey<T>): T {
    const value = this.#values.get(key);
    if (value === undefined) throw new Error(`cycle state ${key.name} was not written`);
    return value as T;
  }

  /** A copy whose changeable values (those with `clone`) are copies too. */
  clone(): CycleState {
    const copy = new CycleState();
    for (const [key, value] of this.#values) copy.#values.set(key, isCloneable(value) ? value.clone() : value);
    return copy;
  }

  find<T>(key: StateKey<T>): T | undefined {
    return this.#values.get(key) as T | undefined;
  }
}

function isCloneable(value: unknown): value is { clone(): unknown } {
  return typeof value === 'object' && value !== null && 'clone' in value;
}
