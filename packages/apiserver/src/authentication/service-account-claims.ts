/** An object as a token names it. */
export interface ClaimedObject {
  readonly name: string;
  readonly uid: string;
}

/** The private claims under `kubernetes.io` (KEP-1205). */
export interface KubernetesClaims {
  readonly namespace: string;
  readonly serviceaccount: ClaimedObject;
  readonly pod?: ClaimedObject;
  readonly secret?: ClaimedObject;
  readonly node?: ClaimedObject;
  /** Seconds since the epoch after which a token that lives longer than asked should have been renewed. */
  readonly warnafter?: number;
}

export interface ServiceAccountClaims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti: string;
  readonly 'kubernetes.io': KubernetesClaims;
  readonly nbf: number;
  readonly sub: string;
}

export const SERVICE_ACCOUNT_PREFIX = 'system:serviceaccount:';
const GROUP = 'system:serviceaccounts';

export function serviceAccountUserName(namespace: string, name: string): string {
  return `${SERVICE_ACCOUNT_PREFIX}${namespace}:${name}`;
}

export function serviceAccountGroups(namespace: string): string[] {
  return [GROUP, `${GROUP}:${namespace}`];
}

/** The claims of a payload that was signed by us, undefined when it is no service account's. Pure. */
export function claimsFrom(payload: Readonly<Record<string, unknown>>): ServiceAccountClaims | undefined {
  const { aud, exp, nbf, sub, iss } = payload;
  const kubernetes = payload['kubernetes.io'] as Partial<KubernetesClaims> | undefined;
  const { namespace, serviceaccount } = kubernetes ?? {};
  if (typeof namespace !== 'string' || typeof serviceaccount?.name !== 'string') return undefined;
  if (typeof exp !== 'number' || typeof iss !== 'string') return undefined;
  if (sub !== serviceAccountUserName(namespace, serviceaccount.name)) return undefined;
  const audiences = typeof aud === 'string' ? [aud] : Array.isArray(aud) ? aud : [];
  return { ...payload, aud: audiences, exp, nbf: typeof nbf === 'number' ? nbf : 0 } as unknown as ServiceAccountClaims;
}

/** Whether the token may be used now, with a minute's grace for clocks that differ. `now` in milliseconds. Pure. */
export function timely({ exp, nbf }: Pick<ServiceAccountClaims, 'exp' | 'nbf'>, now: number): boolean {
  const seconds = now / 1000;
  return seconds < exp + LEEWAY_SECONDS && seconds > nbf - LEEWAY_SECONDS;
}

/** Upstream's leeway, also for objects that are being deleted. */
export const LEEWAY_SECONDS = 60;
