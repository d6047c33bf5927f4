import type { Change, Seen } from './history.ts';

export interface VisibleChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly key: string;
  readonly revision: number;
  readonly stamp: string;
}

/** What etcd says has happened, looked up by key and by revision. */
export class Timeline {
  readonly changes: readonly Change[];
  readonly #byKey = new Map<string, Change[]>();
  readonly #byRevision = new Map<number, Change>();

  constructor(changes: readonly Change[]) {
    this.changes = changes;
    for (const change of changes) {
      const of = this.#byKey.get(change.key) ?? [];
      this.#byKey.set(change.key, of);
      of.push(change);
      this.#byRevision.set(change.revision, change);
    }
  }

  get last(): number {
    return this.changes.at(-1)?.revision ?? 0;
  }

  at(revision: number): Change | undefined {
    return this.#byRevision.get(revision);
  }

  of(key: string): readonly Change[] {
    return this.#byKey.get(key) ?? [];
  }

  /** The change of the key that came before the one at `revision`. */
  before(key: string, revision: number): Change | undefined {
    return this.of(key).findLast((change) => change.revision < revision);
  }

  stateOf(key: string, revision: number): Seen | undefined {
    return this.of(key).findLast((change) => change.revision <= revision)?.state;
  }

  /** Everything that existed at `revision`, in the order of the keys. */
  stateAt(revision: number, color?: string): Seen[] {
    const states = [...this.#byKey.keys()].sort().map((key) => this.stateOf(key, revision));
    return states.filter((seen) => seen !== undefined).filter((seen) => color === undefined || seen.color === color);
  }

  /** The events that a watcher of the colour has to see, in order. */
  visible(color: string | undefined): VisibleChange[] {
    const shown = (state: Seen | undefined) => state !== undefined && (color === undefined || state.color === color);
    return this.changes.flatMap(({ key, revision, state }): VisibleChange[] => {
      const was = this.before(key, revision)?.state;
      const stamp = state?.stamp ?? '';
      if (shown(state)) return [{ type: shown(was) ? 'MODIFIED' : 'ADDED', key, revision, stamp }];
      return shown(was) ? [{ type: 'DELETED', key, revision, stamp: '' }] : [];
    });
  }
}

/** Where two sets of objects differ, for people; undefined when they don't. */
export function differenceOf(got: readonly Seen[], want: readonly Seen[]): string | undefined {
  const text = ({ key, revision, stamp }: Seen) => `${key}@${revision}=${stamp}`;
  const has = new Set(got.map(text));
  const wants = new Set(want.map(text));
  const missing = [...wants].filter((item) => !has.has(item));
  const extra = [...has].filter((item) => !wants.has(item));
  if (missing.length === 0 && extra.length === 0 && has.size === got.length) return undefined;
  return `missing [${missing.join(' ')}], not there [${extra.join(' ')}]`;
}
