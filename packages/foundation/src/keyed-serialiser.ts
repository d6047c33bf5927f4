/** Runs tasks of the same key one after another, tasks of different keys side by side. */
export class KeyedSerialiser<K> {
  readonly #tails = new Map<K, Promise<unknown>>();

  /** Resolves or rejects as the task does, once all earlier tasks of `key` have ended. */
  run<T>(key: K, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const result = before.then(task, task);
    const tail = result.catch(() => {});
    this.#tails.set(key, tail);
    void tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    return result;
  }

  /** How many keys have a task running or waiting. */
  get size(): number {
    return this.#tails.size;
  }
}
