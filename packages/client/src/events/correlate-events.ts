import type { ObjectReference } from '@coxswain/api';
import { LruMap } from './lru-map.ts';
import { TokenBucket } from './token-bucket.ts';

export type EventType = 'Normal' | 'Warning';

export interface Occurrence {
  readonly object: ObjectReference;
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
}

/** One Event object as it should stand on the server. */
export interface EventState {
  readonly key: string;
  /** metadata.name of the Event. */
  readonly name: string;
  readonly object: ObjectReference;
  readonly type: EventType;
  readonly reason: string;
  message: string;
  count: number;
  /** Milliseconds since the epoch. */
  readonly first: number;
  last: number;
}

interface Similar {
  readonly messages: Set<string>;
  last: number;
}

const REMEMBERED = 4096;
const WINDOW_MS = 10 * 60_000;
const MAX_SIMILAR = 10;
const SPAM_BURST = 25;
const SPAM_EVERY_MS = 5 * 60_000;
const COMBINED = '(combined from similar events): ';

/**
 * Decides what becomes of each occurrence, by upstream's rules: the same event again within ten minutes raises its count;
 * more than ten that differ in nothing but the message become one; one object gives at most 25 events and then one each
 * five minutes.
 */
export class EventCorrelator {
  readonly #spam = new LruMap<string, TokenBucket>(REMEMBERED);
  readonly #similar = new LruMap<string, Similar>(REMEMBERED);
  readonly #events = new LruMap<string, EventState>(REMEMBERED);
  #serial = 0n;

  /** The event to write, or undefined when it is spam. */
  correlate({ object, type, reason, message }: Occurrence, now: number): EventState | undefined {
    const objectKey = [object.kind, object.namespace, object.name, object.uid, object.apiVersion].join('/');
    if (!this.#allow(objectKey, now)) return undefined;
    const group = [objectKey, object.fieldPath, type, reason].join('|');
    const combined = this.#isCombined(group, message, now);
    const text = combined ? COMBINED + message : message;
    const key = combined ? `${group}|${COMBINED}` : `${group}|${message}`;
    const known = this.#events.get(key);
    if (known && now - known.last < WINDOW_MS) {
      known.count++;
      known.last = now;
      known.message = text;
      return known;
    }
    const name = `${(object.name ?? '').slice(0, 230)}.${(BigInt(now) * 1_000_000n + (this.#serial++ % 1_000_000n)).toString(16)}`;
    const state: EventState = { key, name, object, type, reason, message: text, count: 1, first: now, last: now };
    this.#events.set(key, state);
    return state;
  }

  /** Forgets an event that the server no longer has. */
  forget(key: string): void {
    this.#events.delete(key);
  }

  #allow(objectKey: string, now: number): boolean {
    let bucket = this.#spam.get(objectKey);
    if (!bucket) {
      bucket = new TokenBucket(SPAM_BURST, SPAM_EVERY_MS, now);
      this.#spam.set(objectKey, bucket);
    }
    return bucket.take(now);
  }

  #isCombined(group: string, message: string, now: number): boolean {
    let similar = this.#similar.get(group);
    if (!similar || now - similar.last > WINDOW_MS) {
      similar = { messages: new Set(), last: now };
      this.#similar.set(group, similar);
    }
    similar.last = now;
    if (similar.messages.size < MAX_SIMILAR) similar.messages.add(message);
    return similar.messages.size >= MAX_SIMILAR && !similar.messages.has(message);
  }
}
