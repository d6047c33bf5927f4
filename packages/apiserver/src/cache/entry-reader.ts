import type { Kind, KubeObject } from '@coxswain/api';
import { encodeStored } from '../storage/encode-stored.ts';
import { CachedEntry } from './cached-entry.ts';
import type { PendingWrite } from './pending-writes.ts';
import { respliceRevision, spliceRevision, storedHead } from './splice-revision.ts';

/** What a cache needs to know of a kind. */
export type CachedKind = Pick<Kind, 'kind' | 'apiVersion' | 'fieldSelectors'>;

const NO_LABELS: Readonly<Record<string, string>> = Object.freeze({});

/** Makes entries of one kind out of what the storage holds. */
export class EntryReader {
  readonly #kind: CachedKind;
  readonly #head: Buffer;
  readonly #selectors: readonly (readonly [field: string, select: (object: KubeObject) => string])[];

  constructor(kind: CachedKind) {
    this.#kind = kind;
    this.#selectors = Object.entries(kind.fieldSelectors ?? {});
    this.#head = storedHead(kind);
  }

  /** Throws when the value is not the JSON of an object. `value` is copied. */
  read(key: string, value: Buffer, revision: number): CachedEntry {
    const object = JSON.parse(value.toString()) as KubeObject;
    if (typeof object?.metadata !== 'object' || object.metadata === null) throw new TypeError('no metadata');
    const spliced =
      object.metadata.resourceVersion === undefined ? spliceRevision(value, this.#head, revision) : undefined;
    const bytes = spliced ?? this.#normalise(object, revision);
    object.metadata.resourceVersion = String(revision);
    const { labels = NO_LABELS } = object.metadata;
    return new CachedEntry({ key, revision, bytes, labels, fields: this.#fields(object) }, object);
  }

  /** The stored value with its revision in it; undefined when it does not begin as this kind's values do. */
  splice(value: Buffer, revision: number): Buffer | undefined {
    return spliceRevision(value, this.#head, revision);
  }

  /** The entry of a write that this server made itself; undefined when its value is not of this kind. */
  adopt(key: string, revision: number, { object, value, bytes }: PendingWrite): CachedEntry | undefined {
    const spliced = bytes ?? this.splice(value, revision);
    if (!spliced) return undefined;
    const { labels = NO_LABELS } = object.metadata;
    return new CachedEntry({ key, revision, bytes: spliced, labels, fields: this.#fields(object) });
  }

  /** The entry's state with the revision of its deletion. */
  tombstone(entry: CachedEntry, revision: number): CachedEntry {
    const { key, labels, fields } = entry;
    const bytes = respliceRevision(entry.bytes, this.#head, entry.revision, revision);
    return new CachedEntry({ key, revision, bytes, labels, fields });
  }

  /** For values that `encodeStored` has not written. */
  #normalise(object: KubeObject, revision: number): Buffer {
    object.kind = this.#kind.kind;
    object.apiVersion = this.#kind.apiVersion;
    return spliceRevision(encodeStored(object), this.#head, revision) as Buffer;
  }

  #fields(object: KubeObject): Record<string, string> {
    const { name, namespace } = object.metadata;
    const fields: Record<string, string> = { 'metadata.name': name };
    if (namespace !== undefined) fields['metadata.namespace'] = namespace;
    for (const [field, select] of this.#selectors) {
      try {
        fields[field] = select(object) ?? '';
      } catch {
        // An object without the parts that the selector walks through has no value there.
        fields[field] = '';
      }
    }
    return fields;
  }
}
