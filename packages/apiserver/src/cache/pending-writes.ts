import type { KubeObject } from '@coxswain/api';

/** An object that this server is storing, as `value`. Nothing of it may change any more. */
export interface Written {
  readonly object: KubeObject;
  readonly value: Buffer;
}

export interface PendingWrite extends Written {
  /** `value` with its revision spliced in, once somebody has made that. */
  bytes: Buffer | undefined;
}

/** More than can be on the way at a time; what is not found here is read as others' writes are. */
const LIMIT = 1000;

/**
 * The writes of this server whose events have not come yet, by the object's key (`namespace/name`). Known before they
 * are sent, because the store's event may come before its answer; an event is ours if its value is.
 */
export class PendingWrites {
  readonly #writes = new Map<string, PendingWrite>();

  add(key: string, { object, value }: Written): PendingWrite {
    if (this.#writes.size >= LIMIT) this.#writes.clear();
    const write: PendingWrite = { object, value, bytes: undefined };
    this.#writes.set(key, write);
    return write;
  }

  /** Gives the write of this key and value out, once. */
  take(key: string, value: Buffer): PendingWrite | undefined {
    const write = this.#writes.get(key);
    if (!write?.value.equals(value)) return undefined;
    this.#writes.delete(key);
    return write;
  }

  /** The write did not happen. */
  remove(key: string, write: PendingWrite): void {
    if (this.#writes.get(key) === write) this.#writes.delete(key);
  }

  clear(): void {
    this.#writes.clear();
  }
}
