import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { newUnauthorized } from '@coxswain/api';
import { userOfCertificate } from './client-certificate.ts';
import type { TokenAuthenticator, TokenOwner } from './token-authenticator.ts';
import { ANONYMOUS, type UserInfo } from './user-info.ts';

export interface AuthenticationOptions {
  readonly tokens: TokenAuthenticator;
  /** Audiences that a token for this server may have (--api-audiences). */
  readonly audiences: readonly string[];
  /** --anonymous-auth: requests without credentials are system:anonymous instead of refused. */
  readonly anonymous: boolean;
}

/** Paths that answer without credentials, so that probes and load balancers can ask. */
const OPEN_PATHS = /^\/(healthz|livez|readyz|version)(\/|$)/;

export function isOpenPath(path: string): boolean {
  return OPEN_PATHS.test(path);
}

/**
 * The authenticate step: client certificate, then bearer token. A wrong token is refused even where anonymous requests
 * are not. A promise only where a signature must be checked or an object read.
 * @throws StatusError Unauthorized
 */
export function authenticate(
  { tokens, audiences, anonymous }: AuthenticationOptions,
  socket: Socket,
  headers: IncomingHttpHeaders,
  path: string,
): UserInfo | Promise<UserInfo> {
  const byCertificate = userOfCertificate(socket as TLSSocket);
  if (byCertificate) return byCertificate;
  const { authorization } = headers;
  const token = authorization === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
  if (token !== undefined) {
    const owner = tokens.ownerOf(token, audiences);
    return owner instanceof Promise ? owner.then(userOf) : userOf(owner);
  }
  if (anonymous || isOpenPath(path)) return ANONYMOUS;
  throw newUnauthorized();
}

function userOf(owner: TokenOwner | undefined): UserInfo {
  if (!owner) throw newUnauthorized();
  return owner.user;
}
