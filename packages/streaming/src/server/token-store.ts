import { randomBytes } from 'node:crypto';

/** Things waiting to be fetched by a token, once. */
export class TokenStore<T> {
  readonly #entries = new Map<string, { readonly value: T; readonly expiresAt: number }>();
  readonly #now: () => number;
  readonly #ttlMs: number;
  readonly #limit: number;

  constructor({ now, ttlMs, limit }: { now: () => number; ttlMs: number; limit: number }) {
    this.#now = now;
    this.#ttlMs = ttlMs;
    this.#limit = limit;
  }

  /** Undefined when too many wait already. */
  put(value: T): string | undefined {
    this.#sweep();
    if (this.#entries.size >= this.#limit) return undefined;
    const token = randomBytes(16).toString('base64url');
    this.#entries.set(token, { value, expiresAt: this.#now() + this.#ttlMs });
    return token;
  }

  take(token: string): T | undefined {
    this.#sweep();
    const entry = this.#entries.get(token);
    this.#entries.delete(token);
    return entry?.value;
  }

  #sweep(): void {
    const now = this.#now();
    for (const [token, { expiresAt }] of this.#entries) {
      if (expiresAt > now) return;
      this.#entries.delete(token);
    }
  }
}
