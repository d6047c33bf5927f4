import { createHash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { authenticated, CREDENTIAL_ID, type UserInfo } from './user-info.ts';

const known = new WeakMap<TLSSocket, UserInfo | 'none'>();

/**
 * The user of a client certificate that the TLS layer verified against --client-ca-file: CN is the name, each O a group.
 * Undefined without such a certificate. Worked out once a connection.
 */
export function userOfCertificate(socket: TLSSocket): UserInfo | undefined {
  const cached = known.get(socket);
  if (cached !== undefined) return cached === 'none' ? undefined : cached;
  const user = readUser(socket);
  known.set(socket, user ?? 'none');
  return user;
}

function readUser(socket: TLSSocket): UserInfo | undefined {
  if (!socket.authorized || typeof socket.getPeerX509Certificate !== 'function') return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return undefined;
  const subject = certificate.toLegacyObject().subject as Record<string, string | string[] | undefined> | undefined;
  const name = list(subject?.['CN']).at(-1);
  if (name === undefined || name === '') return undefined;
  const fingerprint = createHash('sha256').update(certificate.raw).digest('hex');
  return authenticated(name, '', list(subject?.['O']), { [CREDENTIAL_ID]: [`X509SHA256=${fingerprint}`] });
}

function list(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
