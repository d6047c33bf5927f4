import type { Clock } from '@coxswain/foundation';
import { aged, cacheableSeconds, type ForwardedAnswer, type ForwardedQuestion } from './forwarded-answer.ts';

export interface AnswerCacheOptions {
  readonly clock: Clock;
  /** Answers kept at most; the one not asked for the longest goes first. */
  readonly capacity: number;
  /** Seconds an answer is kept at most, whatever its TTL. */
  readonly longest: number;
}

/** Answers of other servers, existing names and missing ones alike, for as long as they say. */
export class AnswerCache {
  readonly #options: AnswerCacheOptions;
  readonly #entries = new Map<string, { answer: ForwardedAnswer; storedAt: number; expiresAt: number }>();

  constructor(options: AnswerCacheOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(question: ForwardedQuestion): ForwardedAnswer | undefined {
    const key = cacheKey(question);
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    const now = this.#options.clock.now();
    if (now >= entry.expiresAt) return undefined;
    this.#entries.set(key, entry);
    return aged(entry.answer, Math.floor((now - entry.storedAt) / 1000));
  }

  put(question: ForwardedQuestion, answer: ForwardedAnswer): void {
    const { clock, capacity, longest } = this.#options;
    const seconds = cacheableSeconds(answer, longest);
    if (seconds <= 0) return;
    const key = cacheKey(question);
    this.#entries.delete(key);
    if (this.#entries.size >= capacity) this.#entries.delete(this.#entries.keys().next().value as string);
    const now = clock.now();
    this.#entries.set(key, { answer, storedAt: now, expiresAt: now + seconds * 1000 });
  }
}

export function cacheKey({ name, type, dnssec }: ForwardedQuestion): string {
  return `${name.toLowerCase()}|${type}|${dnssec}`;
}
