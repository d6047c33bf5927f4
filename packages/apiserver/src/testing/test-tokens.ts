import { generateKeyPairSync } from 'node:crypto';
import { type ServiceAccountTokens, tokensFrom } from '../authentication/service-account-tokens.ts';

export const TEST_ISSUER = 'https://kubernetes.default.svc.cluster.local';

/** Service account tokens with a key of their own. */
export function testServiceAccountTokens(): ServiceAccountTokens {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const tokens = tokensFrom({ issuers: [TEST_ISSUER], signing: privateKey, pems: [], audiences: [] });
  if (!tokens) throw new Error('no tokens without an issuer');
  return tokens;
}
