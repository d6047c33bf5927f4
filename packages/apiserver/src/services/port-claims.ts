import type { Storage } from '../storage/storage.ts';
import { readBitmap, writeBitmap } from './bitmap.ts';
import type { PortRange } from './port-range.ts';

/** Upstream's key of the node ports that are taken. */
export const NODE_PORTS_KEY = '/registry/ranges/servicenodeports';

export interface PortState {
  /** 0 when nothing was ever taken. */
  readonly revision: number;
  /** Port numbers. */
  readonly taken: ReadonlySet<number>;
}

const ATTEMPTS = 50;

/** The node ports that are taken, as one RangeAllocation in the store that every server changes by compare-and-swap. */
export class PortClaims {
  readonly #storage: Storage;
  readonly #range: PortRange;

  constructor(storage: Storage, range: PortRange) {
    this.#storage = storage;
    this.#range = range;
  }

  async read(): Promise<PortState> {
    const stored = await this.#storage.get(NODE_PORTS_KEY);
    return stored ? this.#decode(stored.value, stored.revision) : { revision: 0, taken: new Set() };
  }

  /** Asks `change` what shall be taken, given what is; undefined leaves all as it is. Asked again after a conflict. */
  async update(change: (taken: ReadonlySet<number>) => ReadonlySet<number> | undefined): Promise<void> {
    let state = await this.read();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const next = change(state.taken);
      if (!next) return;
      const lost = await this.swap(state, next);
      if (!lost) return;
      state = lost;
    }
    throw new Error('the node ports changed too often');
  }

  /** Writes `next` unless somebody else has written since `state`; then returns what is there. */
  async swap({ revision }: PortState, next: ReadonlySet<number>): Promise<PortState | undefined> {
    const value = this.#encode(next);
    if (revision === 0) {
      const created = await this.#storage.create(NODE_PORTS_KEY, value);
      return created.outcome === 'created' ? undefined : this.#decode(created.current.value, created.current.revision);
    }
    const updated = await this.#storage.update(NODE_PORTS_KEY, revision, value);
    if (updated.outcome === 'updated') return undefined;
    if (updated.outcome === 'not-found') return { revision: 0, taken: new Set() };
    return this.#decode(updated.current.value, updated.current.revision);
  }

  #encode(taken: ReadonlySet<number>): Buffer {
    const { first, last } = this.#range;
    const members = [...taken].filter((port) => port >= first && port <= last).map((port) => port - first);
    const object = {
      kind: 'RangeAllocation',
      apiVersion: 'v1',
      metadata: {},
      range: `${first}-${last}`,
      data: writeBitmap(new Set(members)),
    };
    return Buffer.from(JSON.stringify(object));
  }

  /** What another range's bits mean is worked out from that range. */
  #decode(value: Buffer, revision: number): PortState {
    const { range, data } = JSON.parse(value.toString('utf8')) as { range: string; data: string };
    const first = Number.parseInt(range, 10);
    return { revision, taken: new Set([...readBitmap(data)].map((member) => member + first)) };
  }
}
