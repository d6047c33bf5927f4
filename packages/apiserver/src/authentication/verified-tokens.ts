import { compactVerify, decodeJwt } from 'jose';
import type { VerifyingKeys } from './service-account-keys.ts';

/** Signatures that were checked; the rest of a token is judged at each request. */
const MAX_VERIFIED = 10_000;

/** The claims of tokens whose signature is good, each checked once; the oldest of too many are forgotten. */
export class VerifiedTokens<Claims> {
  readonly #keys: VerifyingKeys;
  readonly #claimsFrom: (payload: Readonly<Record<string, unknown>>) => Claims | undefined;
  readonly #verified = new Map<string, Claims>();

  /** @param claimsFrom reads a payload; undefined for one that says something else */
  constructor(keys: VerifyingKeys, claimsFrom: (payload: Readonly<Record<string, unknown>>) => Claims | undefined) {
    this.#keys = keys;
    this.#claimsFrom = claimsFrom;
  }

  /** Of a token that was verified before. */
  known(token: string): Claims | undefined {
    return this.#verified.get(token);
  }

  /** Undefined for a signature by none of the keys, and for other claims. */
  async verify(token: string): Promise<Claims | undefined> {
    let payload: Uint8Array;
    try {
      ({ payload } = await compactVerify(token, this.#keys.find));
    } catch {
      return undefined;
    }
    const claims = this.#claimsFrom(JSON.parse(Buffer.from(payload).toString('utf8')) as Record<string, unknown>);
    if (!claims) return undefined;
    if (this.#verified.size >= MAX_VERIFIED) this.#verified.delete(this.#verified.keys().next().value as string);
    this.#verified.set(token, claims);
    return claims;
  }
}

/** The issuer that a token claims, unchecked; undefined for what is no JSON web token, '' where it names none. */
export function claimedIssuer(token: string): string | undefined {
  if (token.split('.').length !== 3) return undefined;
  try {
    return decodeJwt(token).iss ?? '';
  } catch {
    return undefined;
  }
}
