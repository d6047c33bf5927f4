import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { exportPrivateKey, importPrivateKey, KEY_ALGORITHM, SIGNING_ALGORITHM } from './private-key.ts';

const DAY_MS = 86_400_000;
/** A certificate is valid from this long before its issue, for clocks that run behind. */
const BACKDATE_MS = 300_000;
const AUTHORITY_DAYS = 3650;
const CERTIFICATE_DAYS = 365;

export interface Subject {
  /** The user's name when used as a client certificate. */
  readonly commonName: string;
  /** The user's groups when used as a client certificate. */
  readonly organizations?: readonly string[];
}

export type CertificateUsage = 'server' | 'client';

export interface CertificateRequest extends Subject {
  readonly usages: readonly CertificateUsage[];
  /** DNS names and IP addresses the certificate speaks for. */
  readonly names?: readonly string[];
}

/** A certificate and its private key (PKCS #8), both PEM. */
export interface CertificatePair {
  readonly certificate: string;
  readonly key: string;
}

/** Makes a self-signed authority: ECDSA P-256, valid ten years. */
export async function createAuthority(commonName: string, now = new Date()): Promise<CertificatePair> {
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    notBefore: new Date(now.getTime() - BACKDATE_MS),
    notAfter: new Date(now.getTime() + AUTHORITY_DAYS * DAY_MS),
    keys,
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pem(certificate), key: await exportPrivateKey(keys.privateKey) };
}

/** Issues a certificate signed by `authority`: ECDSA P-256, valid one year. */
export async function issueCertificate(
  authority: CertificatePair,
  request: CertificateRequest,
  now = new Date(),
): Promise<CertificatePair> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const names = (request.names ?? []).map((value) => ({ type: isIp(value) ? 'ip' : 'dns', value }) as const);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: subjectName(request),
    issuer: issuer.subjectName.toJSON(),
    notBefore: new Date(now.getTime() - BACKDATE_MS),
    notAfter: new Date(Math.min(now.getTime() + CERTIFICATE_DAYS * DAY_MS, issuer.notAfter.getTime())),
    publicKey: keys.publicKey,
    signingKey: await importPrivateKey(authority.key),
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(
        request.usages.map((usage) => x509.ExtendedKeyUsage[usage === 'server' ? 'serverAuth' : 'clientAuth']),
      ),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pem(certificate), key: await exportPrivateKey(keys.privateKey) };
}

function subjectName(subject: Subject): x509.JsonName {
  const organizations = subject.organizations ?? [];
  return [...organizations.map((organization) => ({ O: [organization] })), { CN: [subject.commonName] }];
}

function isIp(name: string): boolean {
  return /^[\d.]+$/.test(name) || name.includes(':');
}

function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}
