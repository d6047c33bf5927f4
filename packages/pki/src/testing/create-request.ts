import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Subject } from '../authority.ts';
import { KEY_ALGORITHM, SIGNING_ALGORITHM } from '../private-key.ts';

/** A certificate signing request, PEM, of a key that nobody keeps. */
export async function createRequest(
  { commonName, organizations = [] }: Subject,
  names: readonly string[] = [],
): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [...organizations.map((organization) => ({ O: [organization] })), { CN: [commonName] }],
    keys,
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions:
      names.length > 0
        ? [new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value }) as const))]
        : [],
  });
  return `${request.toString('pem')}\n`;
}
