import type { KubeObject } from '@coxswain/api';
import type { Clock } from '@coxswain/foundation';
import {
  type ClaimedObject,
  claimsFrom,
  LEEWAY_SECONDS,
  type ServiceAccountClaims,
  serviceAccountGroups,
  serviceAccountUserName,
  timely,
} from './service-account-claims.ts';
import type { VerifyingKeys } from './service-account-keys.ts';
import type { TokenAuthenticator, TokenOwner } from './token-authenticator.ts';
import { authenticated, CREDENTIAL_ID, type UserInfo } from './user-info.ts';
import { claimedIssuer, VerifiedTokens } from './verified-tokens.ts';

export type BindableKind = 'ServiceAccount' | 'Pod' | 'Secret' | 'Node';

/** Reads objects that tokens depend on: at once from the cache, otherwise from the store. */
export type FindObject = (
  kind: BindableKind,
  namespace: string,
  name: string,
) => KubeObject | undefined | Promise<KubeObject | undefined>;

export interface ServiceAccountAuthenticatorOptions {
  readonly keys: VerifyingKeys;
  /** Tokens of the first are issued, those of all accepted. */
  readonly issuers: readonly string[];
  readonly find: FindObject;
  readonly clock: Clock;
}

/** Tokens of service accounts: valid while the account and what the token is bound to exist. */
export class ServiceAccountAuthenticator implements TokenAuthenticator {
  readonly #options: ServiceAccountAuthenticatorOptions;
  readonly #tokens: VerifiedTokens<ServiceAccountClaims>;

  constructor(options: ServiceAccountAuthenticatorOptions) {
    this.#options = options;
    this.#tokens = new VerifiedTokens(options.keys, claimsFrom);
  }

  ownerOf(token: string, audiences: readonly string[]): TokenOwner | undefined | Promise<TokenOwner | undefined> {
    const known = this.#tokens.known(token);
    if (known) return this.#judge(known, audiences);
    const issuer = claimedIssuer(token);
    if (issuer === undefined || !this.#options.issuers.includes(issuer)) return undefined;
    return this.#tokens.verify(token).then((claims) => claims && this.#judge(claims, audiences));
  }

  #judge(
    claims: ServiceAccountClaims,
    audiences: readonly string[],
  ): TokenOwner | undefined | Promise<TokenOwner | undefined> {
    if (!timely(claims, this.#options.clock.now())) return undefined;
    const common = claims.aud.filter((audience) => audiences.includes(audience));
    if (common.length === 0) return undefined;
    const owner = (holds: boolean) => (holds ? { user: userOf(claims), audiences: common } : undefined);
    const holds = this.#allExist(claims);
    return holds instanceof Promise ? holds.then(owner) : owner(holds);
  }

  #allExist({ 'kubernetes.io': bound }: ServiceAccountClaims): boolean | Promise<boolean> {
    const { namespace, serviceaccount, pod, secret, node } = bound;
    const wanted: [BindableKind, string, ClaimedObject | undefined][] = [
      ['ServiceAccount', namespace, serviceaccount],
      ['Pod', namespace, pod],
      ['Secret', namespace, secret],
      // A pod's token names its node; it falls with the pod.
      ['Node', '', pod ? undefined : node],
    ];
    const pending: Promise<boolean>[] = [];
    for (const [kind, within, claimed] of wanted) {
      if (!claimed) continue;
      const found = this.#options.find(kind, within, claimed.name);
      if (found instanceof Promise) pending.push(found.then((object) => this.#isStill(object, claimed)));
      else if (!this.#isStill(found, claimed)) return false;
    }
    return pending.length === 0 ? true : Promise.all(pending).then((all) => all.every(Boolean));
  }

  #isStill(object: KubeObject | undefined, { uid }: ClaimedObject): boolean {
    if (object?.metadata.uid !== uid) return false;
    const { deletionTimestamp } = object.metadata;
    return (
      deletionTimestamp === undefined ||
      this.#options.clock.now() < Date.parse(deletionTimestamp) + LEEWAY_SECONDS * 1000
    );
  }
}

function userOf({ 'kubernetes.io': { namespace, serviceaccount, pod, node }, jti }: ServiceAccountClaims): UserInfo {
  const extra: Record<string, readonly string[]> = {};
  if (jti) extra[CREDENTIAL_ID] = [`JTI=${jti}`];
  for (const [kind, object] of Object.entries({ node, pod }))
    if (object) {
      extra[`authentication.kubernetes.io/${kind}-name`] = [object.name];
      if (object.uid) extra[`authentication.kubernetes.io/${kind}-uid`] = [object.uid];
    }
  const name = serviceAccountUserName(namespace, serviceaccount.name);
  return authenticated(name, serviceaccount.uid, serviceAccountGroups(namespace), extra);
}
