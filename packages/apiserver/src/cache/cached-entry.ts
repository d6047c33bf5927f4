import type { KubeObject } from '@coxswain/api';
import { type MetadataSpan, metadataSpan } from './metadata-span.ts';
import type { CacheEntry } from './resource-cache.ts';

export interface CachedEntryParts {
  readonly key: string;
  readonly revision: number;
  readonly bytes: Buffer;
  readonly labels: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * One revision of an object: its bytes, and what selectors ask for. The parsed object is several times the size of its
 * bytes, so it is held weakly: as long as somebody works with it, or the collector has no reason to run.
 */
export class CachedEntry implements CacheEntry {
  readonly key: string;
  readonly revision: number;
  readonly bytes: Buffer;
  readonly labels: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
  #object: WeakRef<KubeObject> | undefined;
  #metadata: MetadataSpan | undefined;

  constructor(parts: CachedEntryParts, object?: KubeObject) {
    this.key = parts.key;
    this.revision = parts.revision;
    this.bytes = parts.bytes;
    this.labels = parts.labels;
    this.fields = parts.fields;
    if (object) this.#object = new WeakRef(object);
  }

  get namespace(): string {
    const slash = this.key.indexOf('/');
    return slash < 0 ? '' : this.key.slice(0, slash);
  }

  get name(): string {
    return this.key.slice(this.key.indexOf('/') + 1);
  }

  get object(): Readonly<KubeObject> {
    const known = this.#object?.deref();
    if (known) return known;
    const object = JSON.parse(this.bytes.toString()) as KubeObject;
    this.#object = new WeakRef(object);
    return object;
  }

  get brief(): Readonly<KubeObject> {
    const known = this.#object?.deref();
    if (known) return known;
    const { managedStart, managedEnd } = this.#span();
    const { bytes } = this;
    return JSON.parse(bytes.toString('utf8', 0, managedStart) + bytes.toString('utf8', managedEnd)) as KubeObject;
  }

  get metadataBytes(): Buffer {
    const { start, end } = this.#span();
    return this.bytes.subarray(start, end);
  }

  #span(): MetadataSpan {
    this.#metadata ??= metadataSpan(this.bytes);
    return this.#metadata;
  }
}
