import type { Secret } from '@coxswain/api';
import type { Clock } from '@coxswain/foundation';
import type { FindObject } from './service-account-authenticator.ts';
import { serviceAccountGroups, serviceAccountUserName } from './service-account-claims.ts';
import type { VerifyingKeys } from './service-account-keys.ts';
import type { TokenAuthenticator, TokenOwner } from './token-authenticator.ts';
import { authenticated } from './user-info.ts';
import { claimedIssuer, VerifiedTokens } from './verified-tokens.ts';

export const LEGACY_ISSUER = 'kubernetes/serviceaccount';
export const LAST_USED = 'kubernetes.io/legacy-token-last-used';
const INVALID_SINCE = 'kubernetes.io/legacy-token-invalid-since';

export interface LegacyTokenOptions {
  readonly keys: VerifyingKeys;
  /** Audiences of this server; a legacy token is for them all. */
  readonly audiences: readonly string[];
  readonly find: FindObject;
  readonly clock: Clock;
  /** Hears of a Secret whose token was used for the first time on a day, `2026-01-31`. */
  onUse(secret: Secret, day: string): void;
}

interface LegacyClaims {
  readonly namespace: string;
  readonly secret: string;
  readonly account: string;
  readonly uid: string;
}

/** Tokens that live in Secrets and don't end: valid while the Secret holds them and the account exists. */
export class LegacyTokenAuthenticator implements TokenAuthenticator {
  readonly #options: LegacyTokenOptions;
  readonly #tokens: VerifiedTokens<LegacyClaims>;

  constructor(options: LegacyTokenOptions) {
    this.#options = options;
    this.#tokens = new VerifiedTokens(options.keys, claimsOf);
  }

  ownerOf(token: string, audiences: readonly string[]): undefined | Promise<TokenOwner | undefined> {
    const known = this.#tokens.known(token);
    if (!known && claimedIssuer(token) !== LEGACY_ISSUER) return undefined;
    return this.#owner(token, known, audiences);
  }

  async #owner(token: string, known: LegacyClaims | undefined, audiences: readonly string[]) {
    const claims = known ?? (await this.#tokens.verify(token));
    if (!claims) return undefined;
    const common = audiences.filter((audience) => this.#options.audiences.includes(audience));
    if (common.length === 0 && audiences.length > 0) return undefined;
    const { namespace, account, uid } = claims;
    const secret = (await this.#options.find('Secret', namespace, claims.secret)) as Secret | undefined;
    if (!secret || secret.metadata.deletionTimestamp !== undefined) return undefined;
    if (secret.metadata.labels?.[INVALID_SINCE] !== undefined) return undefined;
    if (Buffer.from(String(secret.data?.['token'] ?? ''), 'base64').toString('utf8') !== token) return undefined;
    const owner = await this.#options.find('ServiceAccount', namespace, account);
    if (!owner || owner.metadata.deletionTimestamp !== undefined || owner.metadata.uid !== uid) return undefined;
    const day = new Date(this.#options.clock.now()).toISOString().slice(0, 10);
    if (secret.metadata.labels?.[LAST_USED] !== day) this.#options.onUse(secret, day);
    const user = authenticated(serviceAccountUserName(namespace, account), uid, serviceAccountGroups(namespace));
    return { user, audiences: common };
  }
}

function claimsOf(payload: Readonly<Record<string, unknown>>): LegacyClaims | undefined {
  const text = (name: string) => {
    const value = payload[`kubernetes.io/serviceaccount/${name}`];
    return typeof value === 'string' ? value : '';
  };
  const namespace = text('namespace');
  const account = text('service-account.name');
  const claims = { namespace, secret: text('secret.name'), account, uid: text('service-account.uid') };
  if (Object.values(claims).includes('')) return undefined;
  return payload['sub'] === serviceAccountUserName(namespace, account) ? claims : undefined;
}
