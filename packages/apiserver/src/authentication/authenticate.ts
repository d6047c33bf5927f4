import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { newUnauthorized } from '@coxswain/api';
import { userOfCertificate } from './client-certificate.ts';
import { ANONYMOUS, type UserInfo } from './user-info.ts';

export interface AuthenticationOptions {
  /** Users by bearer token. */
  readonly tokens: ReadonlyMap<string, UserInfo>;
  /** --anonymous-auth: requests without credentials are system:anonymous instead of refused. */
  readonly anonymous: boolean;
}

/** Paths that answer without credentials, so that probes and load balancers can ask. */
const OPEN_PATHS = /^\/(healthz|livez|readyz|version)(\/|$)/;

/**
 * The authenticate step: client certificate, then bearer token. A wrong token is refused even where anonymous requests
 * are not.
 * @throws StatusError Unauthorized
 */
export function authenticate(
  options: AuthenticationOptions,
  socket: Socket,
  headers: IncomingHttpHeaders,
  path: string,
): UserInfo {
  const byCertificate = userOfCertificate(socket as TLSSocket);
  if (byCertificate) return byCertificate;
  const { authorization } = headers;
  if (authorization !== undefined) {
    const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    const user = token === undefined ? undefined : options.tokens.get(token);
    if (user) return user;
    if (token !== undefined) throw newUnauthorized();
  }
  if (options.anonymous || OPEN_PATHS.test(path)) return ANONYMOUS;
  throw newUnauthorized();
}
