import { type ServiceAccountTokenProjection, serviceAccountKind } from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import type { Clock } from '@coxswain/foundation';
import { fromApiTime } from '../status/time.ts';

interface Token {
  readonly value: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

interface TokenRequestAnswer {
  readonly status?: { readonly token?: string; readonly expirationTimestamp?: string };
}

export interface TokenOwner {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly podName: string;
  readonly podUid: string;
}

/** Service-account tokens bound to pods, renewed after 80 % of their life or 24 hours. */
export class TokenSource {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #tokens = new Map<string, Token>();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  async get(owner: TokenOwner, projection: ServiceAccountTokenProjection, signal: AbortSignal): Promise<string> {
    const key = [owner.podUid, owner.serviceAccount, projection.audience ?? '', projection.expirationSeconds].join('/');
    const held = this.#tokens.get(key);
    if (held && !this.#isOld(held)) return held.value;
    try {
      const fresh = await this.#request(owner, projection, signal);
      this.#tokens.set(key, fresh);
      return fresh.value;
    } catch (error) {
      if (held && held.expiresAt > this.#clock.now()) return held.value;
      throw error;
    }
  }

  forget(uid: string): void {
    for (const key of this.#tokens.keys()) if (key.startsWith(`${uid}/`)) this.#tokens.delete(key);
  }

  #isOld({ issuedAt, expiresAt }: Token): boolean {
    const now = this.#clock.now();
    return now - issuedAt > 24 * 3600_000 || now > issuedAt + 0.8 * (expiresAt - issuedAt);
  }

  async #request(
    { namespace, serviceAccount, podName, podUid }: TokenOwner,
    { audience, expirationSeconds = 3600 }: ServiceAccountTokenProjection,
    signal: AbortSignal,
  ): Promise<Token> {
    const answer = (await this.#client.resource(serviceAccountKind).createSubresource(
      serviceAccount,
      'token',
      {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {
          audiences: audience ? [audience] : [],
          expirationSeconds,
          boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: podName, uid: podUid },
        },
      },
      { namespace, signal },
    )) as TokenRequestAnswer;
    const value = answer.status?.token;
    if (!value) throw new Error('the server answered no token');
    const issuedAt = this.#clock.now();
    const expiresAt = fromApiTime(answer.status?.expirationTimestamp) ?? issuedAt + expirationSeconds * 1000;
    return { value, issuedAt, expiresAt };
  }
}
