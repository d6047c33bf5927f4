import type { CacheEntry, WatchEncoding, WatchEvent, WatchEventType } from './resource-cache.ts';

/** An event with the frames that its watchers have asked for. */
export class SharedEvent implements WatchEvent {
  readonly type: WatchEventType;
  readonly revision: number;
  readonly entry: CacheEntry | undefined;
  readonly #initialEventsEnd: boolean;
  #frames: Map<string, Buffer> | undefined;
  #joined: { readonly id: string; readonly events: readonly WatchEvent[]; readonly buffer: Buffer } | undefined;

  private constructor(type: WatchEventType, revision: number, entry?: CacheEntry, initialEventsEnd = false) {
    this.type = type;
    this.revision = revision;
    this.entry = entry;
    this.#initialEventsEnd = initialEventsEnd;
  }

  static change(type: Exclude<WatchEventType, 'BOOKMARK'>, entry: CacheEntry): SharedEvent {
    return new SharedEvent(type, entry.revision, entry);
  }

  static bookmark(revision: number, initialEventsEnd: boolean): SharedEvent {
    return new SharedEvent('BOOKMARK', revision, undefined, initialEventsEnd);
  }

  frame(encoding: WatchEncoding): Buffer {
    let frame = this.#frames?.get(encoding.id);
    if (frame) return frame;
    if (this.type === 'BOOKMARK') frame = encoding.bookmark(this.revision, this.#initialEventsEnd);
    else frame = encoding.frame(this.type, this.entry as CacheEntry);
    this.#frames ??= new Map();
    this.#frames.set(encoding.id, frame);
    return frame;
  }

  /** The frames of a batch that ends with this event, made once for all watchers that got the same batch. */
  join(events: readonly WatchEvent[], encoding: WatchEncoding): Buffer {
    const known = this.#joined;
    if (known?.id === encoding.id && sameEvents(known.events, events)) return known.buffer;
    const buffer = Buffer.concat(events.map((event) => event.frame(encoding)));
    this.#joined = { id: encoding.id, events, buffer };
    return buffer;
  }

  /** Forgets the encoded frames; a late reader makes them again. */
  release(): void {
    this.#frames = undefined;
    this.#joined = undefined;
  }
}

function sameEvents(a: readonly WatchEvent[], b: readonly WatchEvent[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
