import { createSecureContext } from 'node:tls';
import type { Secret } from '@coxswain/api';
import type { Certificate } from './proxy-model.ts';

/** A Secret's certificate and key; a string that says what is wrong with them, without a word of the key. */
export function readCertificate({ data = {} }: Secret): Certificate | string {
  const [certificate, key] = ['tls.crt', 'tls.key'].map((name) => Buffer.from(data[name] ?? '', 'base64'));
  if (!certificate?.length || !key?.length) return 'tls.crt and tls.key must not be empty';
  try {
    createSecureContext({ cert: certificate, key });
  } catch (error) {
    return `tls.crt and tls.key can't be used together (${(error as { code?: string }).code ?? 'unreadable'})`;
  }
  return { certificate, key };
}
