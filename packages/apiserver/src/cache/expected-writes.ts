import type { KubeObject } from '@coxswain/api';
import { relativeKey } from '../storage/storage-path.ts';

/** An object as this server has just stored it, and its bytes with the revision in them. */
export interface Written {
  readonly object: KubeObject;
  readonly bytes: Buffer;
}

/** More than can be on the way at a time; when the store's events are late they are read as others' are. */
const LIMIT = 1000;

/** The writes of this server whose events have not come yet, by revision. */
export class ExpectedWrites {
  readonly #written = new Map<number, Written>();

  add(revision: number, written: Written): void {
    if (this.#written.size >= LIMIT) this.#written.clear();
    this.#written.set(revision, written);
  }

  clear(): void {
    this.#written.clear();
  }

  /** Gives the write of this key (`namespace/name`) and revision out, once. */
  take(key: string, revision: number): Written | undefined {
    if (this.#written.size === 0) return undefined;
    const written = this.#written.get(revision);
    if (!written) return undefined;
    this.#written.delete(revision);
    const { namespace = '', name } = written.object.metadata;
    return relativeKey(namespace, name) === key ? written : undefined;
  }
}
