import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { SignJWT } from 'jose';

/** The issuer of tokens that live in Secrets. */
const ISSUER = 'kubernetes/serviceaccount';
const CURVES: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };

export interface LegacyTokenWish {
  readonly namespace: string;
  readonly secret: string;
  readonly account: { readonly name: string; readonly uid: string };
}

export type LegacyTokenSigner = (wish: LegacyTokenWish) => Promise<string>;

/** Signs tokens that don't end, for Secrets. @throws when the PEM holds no RSA or ECDSA key */
export function legacyTokenSigner(pem: string): LegacyTokenSigner {
  const key = createPrivateKey(pem);
  const alg = key.asymmetricKeyType === 'rsa' ? 'RS256' : CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (alg === undefined) throw new Error(`service account keys may be RSA or ECDSA, not ${key.asymmetricKeyType}`);
  // As the apiserver names its keys: the digest of the public one.
  const spki = createPublicKey(pem).export({ format: 'der', type: 'spki' });
  const kid = createHash('sha256').update(spki).digest('base64url');
  const claim = 'kubernetes.io/serviceaccount';
  return ({ namespace, secret, account }) =>
    new SignJWT({
      [`${claim}/namespace`]: namespace,
      [`${claim}/secret.name`]: secret,
      [`${claim}/service-account.name`]: account.name,
      [`${claim}/service-account.uid`]: account.uid,
    })
      .setProtectedHeader({ alg, kid })
      .setIssuer(ISSUER)
      .setSubject(`system:serviceaccount:${namespace}:${account.name}`)
      .sign(key);
}
