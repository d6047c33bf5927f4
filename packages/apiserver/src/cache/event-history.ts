import type { CacheEvent } from './cache-event.ts';

export interface HistoryLimits {
  /** Most events kept. */
  readonly events: number;
  /** Most bytes of objects kept; the newest 100 events stay in any case. */
  readonly bytes: number;
}

const KEPT_IN_ANY_CASE = 100;
/** Events this far back have been written to all but the slowest watchers: their frames go. */
const FRAMES_KEPT = 256;

/** The recent events of a cache, oldest first, bounded in number and bytes. */
export class EventHistory {
  readonly #limits: HistoryLimits;
  #events: CacheEvent[] = [];
  #head = 0;
  #bytes = 0;
  #floor = 0;

  constructor(limits: HistoryLimits) {
    this.#limits = limits;
  }

  /** Every event with a greater revision is here. */
  get floor(): number {
    return this.#floor;
  }

  get size(): number {
    return this.#events.length - this.#head;
  }

  /** Forgets everything; the past begins after `floor`. */
  reset(floor: number): void {
    this.#events = [];
    this.#head = 0;
    this.#bytes = 0;
    this.#floor = floor;
  }

  push(event: CacheEvent): void {
    this.#events.push(event);
    this.#bytes += event.size;
    if (this.size > FRAMES_KEPT) this.#events[this.#events.length - 1 - FRAMES_KEPT]?.release();
    const { events, bytes } = this.#limits;
    while (this.size > events || (this.#bytes > bytes && this.size > KEPT_IN_ANY_CASE)) this.#shift();
  }

  /** The events after `revision`, oldest first; undefined when some of them are forgotten. */
  after(revision: number): CacheEvent[] | undefined {
    if (revision < this.#floor) return undefined;
    let low = this.#head;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle] as CacheEvent).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return this.#events.slice(low);
  }

  #shift(): void {
    const event = this.#events[this.#head] as CacheEvent;
    this.#floor = event.revision;
    this.#bytes -= event.size;
    this.#events[this.#head++] = undefined as unknown as CacheEvent;
    if (this.#head > 1024 && this.#head * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#head);
      this.#head = 0;
    }
  }
}
