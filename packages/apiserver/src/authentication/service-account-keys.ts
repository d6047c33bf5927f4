import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { createLocalJWKSet, type JWK, type JWTVerifyGetKey } from 'jose';

export type SigningAlgorithm = 'RS256' | 'ES256' | 'ES384' | 'ES512';

export interface SigningKey {
  readonly key: KeyObject;
  readonly algorithm: SigningAlgorithm;
  /** As upstream: the digest of the public key. */
  readonly keyId: string;
}

export interface VerifyingKeys {
  /** Public keys as the JWKS document shows them. */
  readonly jwks: readonly JWK[];
  readonly find: JWTVerifyGetKey;
}

/** The key of --service-account-signing-key-file. @throws when it is neither RSA nor an elliptic curve that JWTs know */
export function signingKeyOf(pem: string): SigningKey {
  const key = createPrivateKey(pem);
  const publicKey = createPublicKey(key);
  return { key, algorithm: algorithmOf(publicKey), keyId: keyIdOf(publicKey) };
}

/** The keys of --service-account-key-file: each text holds one or more PEM blocks, public keys or private ones. */
export function verifyingKeysOf(pems: readonly string[]): VerifyingKeys {
  const blocks = pems.flatMap((text) => text.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? []);
  const byId = new Map<string, JWK>();
  for (const block of blocks) {
    const key = createPublicKey(block);
    const kid = keyIdOf(key);
    byId.set(kid, { use: 'sig', ...(key.export({ format: 'jwk' }) as JWK), kid, alg: algorithmOf(key) });
  }
  const jwks = [...byId.values()];
  return { jwks, find: createLocalJWKSet({ keys: jwks }) };
}

function keyIdOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('base64url');
}

const CURVES: Readonly<Record<string, SigningAlgorithm>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

function algorithmOf(key: KeyObject): SigningAlgorithm {
  if (key.asymmetricKeyType === 'rsa') return 'RS256';
  const algorithm = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (!algorithm) throw new Error(`service account keys may be RSA or ECDSA, not ${key.asymmetricKeyType}`);
  return algorithm;
}
