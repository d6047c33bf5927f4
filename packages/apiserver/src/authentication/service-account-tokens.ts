import { readFileSync } from 'node:fs';
import { type ServiceAccountIssuer, serviceAccountIssuer } from './service-account-issuer.ts';
import { signingKeyOf, type VerifyingKeys, verifyingKeysOf } from './service-account-keys.ts';

/** How tokens of service accounts are made and checked. */
export interface ServiceAccountTokens {
  readonly issuers: readonly string[];
  readonly keys: VerifyingKeys;
  /** Undefined without a signing key: tokens are accepted and none is made. */
  readonly issuer: ServiceAccountIssuer | undefined;
  /** Audiences of this server's own tokens. */
  readonly audiences: readonly string[];
  readonly jwksUri?: string;
}

export interface ServiceAccountTokenOptions {
  readonly serviceAccountIssuer: readonly string[];
  readonly serviceAccountSigningKeyFile?: string | undefined;
  readonly serviceAccountKeyFile: readonly string[];
  readonly serviceAccountJwksUri?: string | undefined;
  readonly apiAudiences: readonly string[];
}

/** Reads the key files. Undefined when no issuer or no key is named. @throws when a file can't be read */
export function serviceAccountTokens(options: ServiceAccountTokenOptions): ServiceAccountTokens | undefined {
  const { serviceAccountIssuer: issuers, serviceAccountSigningKeyFile: signingFile, apiAudiences } = options;
  const signing = signingFile === undefined ? undefined : readFileSync(signingFile, 'utf8');
  const pems = options.serviceAccountKeyFile.map((file) => readFileSync(file, 'utf8'));
  return tokensFrom({ issuers, signing, pems, audiences: apiAudiences, jwksUri: options.serviceAccountJwksUri });
}

export interface TokenKeys {
  readonly issuers: readonly string[];
  /** PEM text. */
  readonly signing: string | undefined;
  readonly pems: readonly string[];
  readonly audiences: readonly string[];
  readonly jwksUri?: string | undefined;
}

export function tokensFrom({
  issuers,
  signing,
  pems,
  audiences,
  jwksUri,
}: TokenKeys): ServiceAccountTokens | undefined {
  const [issuer] = issuers;
  const texts = pems.length > 0 || signing === undefined ? pems : [signing];
  if (issuer === undefined || texts.length === 0) return undefined;
  return {
    issuers,
    keys: verifyingKeysOf(texts),
    issuer: signing === undefined ? undefined : serviceAccountIssuer(issuer, signingKeyOf(signing)),
    audiences: audiences.length > 0 ? audiences : issuers,
    ...(jwksUri === undefined ? {} : { jwksUri }),
  };
}
