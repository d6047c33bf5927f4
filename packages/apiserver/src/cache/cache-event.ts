import type { CachedEntry } from './cached-entry.ts';
import type { ReadScope } from './resource-cache.ts';
import { SharedEvent } from './shared-event.ts';

export interface CacheEventParts {
  readonly revision: number;
  /** The new state; undefined when deleted. */
  readonly entry: CachedEntry | undefined;
  /** The state before; undefined when created. */
  readonly previous: CachedEntry | undefined;
  /** Makes the entry that a DELETED shows. */
  readonly tombstone: (entry: CachedEntry, revision: number) => CachedEntry;
}

/** One change of one object, and what watchers see of it. */
export class CacheEvent {
  readonly key: string;
  readonly revision: number;
  readonly entry: CachedEntry | undefined;
  readonly previous: CachedEntry | undefined;
  readonly #tombstone: CacheEventParts['tombstone'];
  #added: SharedEvent | undefined;
  #modified: SharedEvent | undefined;
  #deleted: SharedEvent | undefined;

  constructor({ revision, entry, previous, tombstone }: CacheEventParts) {
    this.key = ((entry ?? previous) as CachedEntry).key;
    this.revision = revision;
    this.entry = entry;
    this.previous = previous;
    this.#tombstone = tombstone;
  }

  /** Bytes that the history holds on account of this event. */
  get size(): number {
    return (this.entry ?? this.previous)?.bytes.length ?? 0;
  }

  /** The event as a watcher of this scope sees it: an object that starts to match is ADDED, one that stops is DELETED. */
  view(scope: CompiledScope): SharedEvent | undefined {
    if (!scope.covers(this.key)) return undefined;
    const { entry, previous } = this;
    const { predicate } = scope;
    const is = entry !== undefined && (!predicate || predicate(entry));
    const was = previous !== undefined && (!predicate || predicate(previous));
    if (is) {
      if (was) {
        this.#modified ??= SharedEvent.change('MODIFIED', entry);
        return this.#modified;
      }
      this.#added ??= SharedEvent.change('ADDED', entry);
      return this.#added;
    }
    if (!was) return undefined;
    this.#deleted ??= SharedEvent.change('DELETED', this.#tombstone(previous, this.revision));
    return this.#deleted;
  }

  /** Lets go of encoded frames, when most watchers have them behind. */
  release(): void {
    this.#added?.release();
    this.#modified?.release();
    this.#deleted?.release();
  }
}

/** A read scope, ready to test keys. */
export interface CompiledScope {
  covers(key: string): boolean;
  /** Not all keys with the prefix are covered. */
  readonly named: boolean;
  /** Start of all keys covered. */
  readonly prefix: string;
  readonly predicate: ReadScope['predicate'];
}

export function compileScope({ namespace, name, predicate }: ReadScope): CompiledScope {
  const prefix = namespace === undefined || namespace === '' ? '' : `${namespace}/`;
  if (name === undefined) {
    return { prefix, predicate, named: false, covers: (key) => prefix === '' || key.startsWith(prefix) };
  }
  if (prefix !== '') {
    const only = prefix + name;
    return { prefix: only, predicate, named: true, covers: (key) => key === only };
  }
  const suffix = `/${name}`;
  return { prefix, predicate, named: true, covers: (key) => key === name || key.endsWith(suffix) };
}
