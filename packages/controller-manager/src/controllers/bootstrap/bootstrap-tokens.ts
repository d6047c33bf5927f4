import type { Secret } from '@coxswain/api';

export const BOOTSTRAP_TOKEN_TYPE = 'bootstrap.kubernetes.io/token';
const NAME_PREFIX = 'bootstrap-token-';

export interface BootstrapToken {
  readonly id: string;
  readonly secret: string;
}

/** A field of a Secret as text. */
export function secretText({ data }: Secret, key: string): string {
  return Buffer.from(String(data?.[key] ?? ''), 'base64').toString('utf8');
}

/** Milliseconds since the epoch; undefined for a token that never expires, 0 for one whose time nobody can read. */
export function expirationOf(secret: Secret): number | undefined {
  const text = secretText(secret, 'expiration');
  if (text === '') return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? 0 : at;
}

/** The token of a Secret if it may sign the ConfigMap cluster-info now. */
export function signingTokenOf(secret: Secret, now: number): BootstrapToken | undefined {
  const id = secretText(secret, 'token-id');
  const token = secretText(secret, 'token-secret');
  if (secret.type !== BOOTSTRAP_TOKEN_TYPE || secret.metadata.name !== `${NAME_PREFIX}${id}`) return undefined;
  if (!/^[a-z0-9]{6}$/.test(id) || !/^[a-z0-9]{16}$/.test(token)) return undefined;
  if (secretText(secret, 'usage-bootstrap-signing') !== 'true') return undefined;
  const expires = expirationOf(secret);
  return expires !== undefined && expires <= now ? undefined : { id, secret: token };
}
