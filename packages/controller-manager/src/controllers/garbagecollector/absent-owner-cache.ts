/** Owners found to be gone; a uid never comes back. Holds the newest `limit`. */
export class AbsentOwnerCache {
  readonly #keys = new Set<string>();
  readonly #limit: number;

  constructor(limit = 500) {
    this.#limit = limit;
  }

  has(namespace: string | undefined, uid: string): boolean {
    return this.#keys.has(`${namespace ?? ''}/${uid}`);
  }

  add(namespace: string | undefined, uid: string): void {
    this.#keys.add(`${namespace ?? ''}/${uid}`);
    if (this.#keys.size > this.#limit) for (const oldest of this.#keys) return void this.#keys.delete(oldest);
  }
}
