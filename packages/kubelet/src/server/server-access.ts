import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { subjectAccessReviewKind, tokenReviewKind } from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import type { Clock } from '@coxswain/foundation';
import { ExpiringCache } from './expiring-cache.ts';
import { requestAttributes } from './request-attributes.ts';

export interface ServerAccessOptions {
  /** Bearer tokens are taken to the API (--authentication-token-webhook). */
  readonly tokens: boolean;
  /** Whether the API decides what a known user may do, or all may do everything (--authorization-mode). */
  readonly mode: 'AlwaysAllow' | 'Webhook';
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly nodeName: string;
}

export interface AccessRefusal {
  readonly code: 401 | 403 | 500;
  readonly message: string;
}

interface User {
  readonly username: string;
  readonly groups: readonly string[];
  readonly uid?: string | undefined;
  readonly extra?: Record<string, string[]> | undefined;
}

const TIMEOUT_MS = 10_000;
/** Upstream's. */
const TOKEN_MS = 120_000;
const ALLOWED_MS = 300_000;
const DENIED_MS = 30_000;

/**
 * Who may call the kubelet's server: holders of a client certificate of its authority, and of tokens that the API knows; and
 * what they may, by the API's word on the subresources of the Node.
 */
export class ServerAccess {
  readonly #options: ServerAccessOptions;
  readonly #users: ExpiringCache<User>;
  readonly #verdicts: ExpiringCache<boolean>;

  constructor(options: ServerAccessOptions) {
    this.#options = options;
    this.#users = new ExpiringCache(options.clock);
    this.#verdicts = new ExpiringCache(options.clock);
  }

  /** Why the request may not go on; undefined when it may. */
  async check(request: IncomingMessage): Promise<AccessRefusal | undefined> {
    const { mode } = this.#options;
    const user = await this.#authenticate(request).catch(() => undefined);
    if (!user) return { code: 401, message: 'Unauthorized' };
    if (mode === 'AlwaysAllow') return undefined;
    const path = new URL(request.url ?? '/', 'https://kubelet').pathname;
    const { verb, subresources } = requestAttributes(request.method ?? '', path);
    const what = `(user=${user.username}, verb=${verb}, resource=nodes, subresource(s)=[${subresources.join(' ')}])`;
    try {
      for (const subresource of subresources) if (await this.#allows(user, verb, subresource)) return undefined;
    } catch {
      return { code: 500, message: `Authorization error ${what}` };
    }
    return { code: 403, message: `Forbidden ${what}\n` };
  }

  async #authenticate({ socket, headers }: IncomingMessage): Promise<User | undefined> {
    const tls = socket as TLSSocket;
    if (tls.authorized) {
      const { CN, O } = tls.getPeerCertificate().subject as { CN?: string; O?: string | string[] };
      if (CN) return { username: CN, groups: [...[O ?? []].flat(), 'system:authenticated'] };
    }
    const token = /^bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (token === undefined || !this.#options.tokens) return undefined;
    return this.#ofToken(token);
  }

  async #ofToken(token: string): Promise<User | undefined> {
    const { client } = this.#options;
    const key = createHash('sha256').update(token).digest('base64');
    const held = this.#users.get(key);
    if (held) return held;
    const review = { metadata: { name: '' }, spec: { token } };
    const { status } = await client.resource(tokenReviewKind).create(review, { timeoutMs: TIMEOUT_MS });
    const { authenticated, user } = status ?? {};
    if (!authenticated || !user?.username) return undefined;
    const { username, groups = [], uid, extra } = user;
    const value: User = { username, groups, uid, extra };
    this.#users.set(key, value, TOKEN_MS);
    return value;
  }

  async #allows(user: User, verb: string, subresource: string): Promise<boolean> {
    const { client, nodeName } = this.#options;
    const { username, groups, uid, extra } = user;
    const spec = {
      user: username,
      groups: [...groups],
      ...(uid ? { uid } : {}),
      ...(extra ? { extra } : {}),
      resourceAttributes: { verb, version: 'v1', resource: 'nodes', subresource, name: nodeName },
    };
    const key = JSON.stringify(spec);
    const held = this.#verdicts.get(key);
    if (held !== undefined) return held;
    const review = { metadata: { name: '' }, spec };
    const { status } = await client.resource(subjectAccessReviewKind).create(review, { timeoutMs: TIMEOUT_MS });
    const value = status?.allowed ?? false;
    this.#verdicts.set(key, value, value ? ALLOWED_MS : DENIED_MS);
    return value;
  }
}
