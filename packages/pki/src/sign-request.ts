import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import type { CertificatePair, Subject } from './authority.ts';
import { importPrivateKey, SIGNING_ALGORITHM } from './private-key.ts';

/** A certificate is valid from this long before its issue, for clocks that run behind. */
const BACKDATE_MS = 300_000;

/** What a certificate signing request asks for. */
export interface RequestedCertificate extends Required<Subject> {
  /** DNS names, addresses and others that it is to speak for. */
  readonly names: readonly string[];
}

export interface SignRequestOptions {
  /** In the words of certificates.k8s.io: `digital signature`, `client auth`, … */
  readonly usages: readonly string[];
  readonly durationMs: number;
  readonly now: Date;
}

const KEY_USAGES: Readonly<Record<string, x509.KeyUsageFlags>> = {
  'digital signature': x509.KeyUsageFlags.digitalSignature,
  'content commitment': x509.KeyUsageFlags.nonRepudiation,
  'key encipherment': x509.KeyUsageFlags.keyEncipherment,
  'key agreement': x509.KeyUsageFlags.keyAgreement,
  'data encipherment': x509.KeyUsageFlags.dataEncipherment,
};
const EXTENDED_USAGES: Readonly<Record<string, x509.ExtendedKeyUsage>> = {
  'server auth': x509.ExtendedKeyUsage.serverAuth,
  'client auth': x509.ExtendedKeyUsage.clientAuth,
  'code signing': x509.ExtendedKeyUsage.codeSigning,
  'email protection': x509.ExtendedKeyUsage.emailProtection,
};

/** Reads a PKCS #10 request and checks that the asker holds its key. @throws when it is none, or is not signed so */
export async function readRequest(pem: string): Promise<RequestedCertificate> {
  const request = new x509.Pkcs10CertificateRequest(pem);
  if (!(await request.verify())) throw new Error('the signature of the certificate request is invalid');
  return {
    commonName: request.subjectName.getField('CN')[0] ?? '',
    organizations: request.subjectName.getField('O'),
    names: subjectNames(request)?.names.items.map(({ value }) => value) ?? [],
  };
}

/** A certificate for a request's key and subject, PEM. @throws as `readRequest` */
export async function signRequest(
  authority: CertificatePair,
  pem: string,
  { usages, durationMs, now }: SignRequestOptions,
): Promise<string> {
  await readRequest(pem);
  const request = new x509.Pkcs10CertificateRequest(pem);
  const issuer = new x509.X509Certificate(authority.certificate);
  const names = subjectNames(request);
  const keyUsages = usages.reduce((flags, usage) => flags | (KEY_USAGES[usage] ?? 0), 0);
  const extended = usages.flatMap((usage) => EXTENDED_USAGES[usage] ?? []);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: request.subjectName.toJSON(),
    issuer: issuer.subjectName.toJSON(),
    notBefore: new Date(now.getTime() - BACKDATE_MS),
    notAfter: new Date(Math.min(now.getTime() + durationMs, issuer.notAfter.getTime())),
    publicKey: request.publicKey,
    signingKey: await importPrivateKey(authority.key),
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(keyUsages, true),
      ...(extended.length > 0 ? [new x509.ExtendedKeyUsageExtension(extended)] : []),
      ...(names ? [names] : []),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

function subjectNames(request: x509.Pkcs10CertificateRequest): x509.SubjectAlternativeNameExtension | undefined {
  return request.extensions.find((extension) => extension instanceof x509.SubjectAlternativeNameExtension);
}
