import type { Answer } from '../server/request-context.ts';
import type { VerifyingKeys } from './service-account-keys.ts';

const CONFIGURATION = '/.well-known/openid-configuration';
const JWKS = '/openid/v1/jwks';
const CACHE = { 'cache-control': 'public, max-age=3600' };

export interface IssuerDocumentsOptions {
  /** The first is shown. */
  readonly issuers: readonly string[];
  /** Where others find the keys (--service-account-jwks-uri). */
  readonly jwksUri: string;
  readonly keys: VerifyingKeys;
}

/** What a foreign verifier of our tokens reads: OpenID discovery and the public keys. Undefined for other paths. */
export function issuerDocuments({
  issuers,
  jwksUri,
  keys,
}: IssuerDocumentsOptions): (path: string) => Answer | undefined {
  const answer = (contentType: string, value: object): Answer => ({
    type: 'body',
    code: 200,
    contentType,
    body: JSON.stringify(value),
    headers: CACHE,
  });
  const configuration = answer('application/json', {
    issuer: issuers[0],
    jwks_uri: jwksUri,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...new Set(keys.jwks.map(({ alg }) => alg))].sort(),
  });
  const jwks = answer('application/jwk-set+json', { keys: keys.jwks });
  return (path) => (path === CONFIGURATION ? configuration : path === JWKS ? jwks : undefined);
}

export function defaultJwksUri({ address, port }: { readonly address: string; readonly port: number }): string {
  return `https://${address.includes(':') ? `[${address}]` : address}:${port}${JWKS}`;
}
