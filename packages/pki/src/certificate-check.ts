import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { CertificatePair, CertificateRequest } from './authority.ts';

/** A certificate with less than this left is issued anew. */
export const RENEW_BEFORE_MS = 30 * 86_400_000;

/**
 * Why a certificate on disk can't be kept for `request`, or undefined if it can: unreadable, expiring within thirty
 * days, of another authority, for another subject, missing a name, or with a key that doesn't fit.
 */
export function whyReissue(
  pair: CertificatePair,
  authority: CertificatePair | undefined,
  request: CertificateRequest,
  now = new Date(),
): string | undefined {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pair.certificate);
    if (!certificate.checkPrivateKey(createPrivateKey(pair.key))) return 'its key is another';
  } catch {
    return 'it is unreadable';
  }
  if (certificate.validToDate.getTime() - now.getTime() < RENEW_BEFORE_MS) return 'it expires soon';
  const issuer = authority ? new X509Certificate(authority.certificate) : certificate;
  if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) return 'its authority is another';
  const subject = [...(request.organizations ?? []).map((name) => `O=${name}`), `CN=${request.commonName}`].join('\n');
  if (certificate.subject !== subject) return 'its subject is another';
  const names = subjectNames(certificate);
  const missing = (request.names ?? []).find((name) => !names.has(name.toLowerCase()));
  return missing === undefined ? undefined : `it lacks the name ${missing}`;
}

function subjectNames(certificate: X509Certificate): Set<string> {
  const parts = (certificate.subjectAltName ?? '').split(', ');
  return new Set(parts.map((part) => part.slice(part.indexOf(':') + 1).toLowerCase()));
}
