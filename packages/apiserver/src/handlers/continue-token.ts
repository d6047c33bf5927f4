import { newBadRequest } from '@coxswain/api';

/** Where the next page of a list begins. */
export interface ContinueToken {
  /** The revision of the whole list; -1 when the pages need not belong together any more. */
  readonly revision: number;
  /** Key of the last object seen, `namespace/name`. */
  readonly after: string;
}

const VERSION = 'meta.k8s.io/v1';

/** Upstream's form: base64url of `{"v":"meta.k8s.io/v1","rv":…,"start":"ns/name\0"}`. */
export function encodeContinueToken({ revision, after }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: VERSION, rv: revision, start: `${after}\0` })).toString('base64url');
}

/** @throws StatusError BadRequest */
export function decodeContinueToken(text: string): ContinueToken {
  let token: { v?: unknown; rv?: unknown; start?: unknown };
  try {
    token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    throw newBadRequest('continue key is not valid: invalid encoded continue token');
  }
  const { v, rv, start } = token ?? {};
  if (v !== VERSION)
    throw newBadRequest('continue key is not valid: server does not recognize this encoded version "" ');
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv === 0 || rv < -1)
    throw newBadRequest('continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (typeof start !== 'string' || start.includes('..') || start.startsWith('/'))
    throw newBadRequest('continue key is not valid: encoded start key is invalid');
  return { revision: rv, after: start.replace(/\0$/, '') };
}
