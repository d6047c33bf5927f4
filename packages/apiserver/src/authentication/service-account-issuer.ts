import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { type KubernetesClaims, serviceAccountUserName } from './service-account-claims.ts';
import type { SigningKey } from './service-account-keys.ts';

export interface TokenWish {
  readonly claims: KubernetesClaims;
  readonly audiences: readonly string[];
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Signs tokens of service accounts. */
export interface ServiceAccountIssuer {
  readonly issuer: string;
  issue(wish: TokenWish): Promise<string>;
}

export function serviceAccountIssuer(issuer: string, { key, algorithm, keyId }: SigningKey): ServiceAccountIssuer {
  return {
    issuer,
    issue: ({ claims, audiences, issuedAt, expiresAt }) =>
      new SignJWT({ 'kubernetes.io': claims })
        .setProtectedHeader({ alg: algorithm, kid: keyId })
        .setAudience([...audiences])
        .setExpirationTime(expiresAt)
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt)
        .setIssuer(issuer)
        .setJti(randomUUID())
        .setSubject(serviceAccountUserName(claims.namespace, claims.serviceaccount.name))
        .sign(key),
  };
}
