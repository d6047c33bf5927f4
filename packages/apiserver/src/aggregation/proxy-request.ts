import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent } from 'node:https';
import type { APIService } from '@coxswain/api';
import type { UpgradeTarget } from '@coxswain/streaming';
import type { UserInfo } from '../authentication/user-info.ts';
import { sendRequest } from '../server/send-request.ts';
import type { ServiceAddress } from './resolve-service.ts';

export interface ProxyCredentials {
  /** PEM of --proxy-client-cert-file and --proxy-client-key-file. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export interface ProxiedRequest {
  readonly method: string;
  /** With query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly user: UserInfo;
  readonly signal: AbortSignal;
  /** Milliseconds until the answer's head; none for watches. */
  readonly headTimeoutMs?: number | undefined;
}

/** Not passed on: of this connection alone, or what the front proxy itself says. */
const OWN_HEADERS =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|authorization|content-length|x-remote-.*)$/;

/** Connections to the servers behind APIServices, told who asks by the request header (front proxy) protocol. */
export class ServiceProxy {
  readonly #credentials: ProxyCredentials;
  readonly #agents = new Map<string, Agent>();

  constructor(credentials: ProxyCredentials) {
    this.#credentials = credentials;
  }

  /** Resolves with the answer's head, its body still to be read. */
  send(service: APIService, address: ServiceAddress, asked: ProxiedRequest): Promise<IncomingMessage> {
    const { method, url, body, signal, headTimeoutMs } = asked;
    const agent = this.#agent(service);
    const headers = proxiedHeaders(asked);
    return sendRequest({ ...address, path: url, method, headers, agent, signal, body, headTimeoutMs });
  }

  /** The server as the end of an upgraded connection. */
  target(
    service: APIService,
    address: ServiceAddress,
    asked: Omit<ProxiedRequest, 'body' | 'signal' | 'method'>,
  ): UpgradeTarget {
    const headers = proxiedHeaders(asked);
    return { protocol: 'https:', ...address, path: asked.url, headers, agent: this.#agent(service) };
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  /** One for each way to trust a server; a changed APIService gets a new one. */
  #agent({ spec }: APIService): Agent {
    const { service, caBundle, insecureSkipTLSVerify = false } = spec;
    const servername = `${service?.name}.${service?.namespace}.svc`;
    const id = `${servername} ${insecureSkipTLSVerify} ${caBundle ?? ''}`;
    const known = this.#agents.get(id);
    if (known) return known;
    if (this.#agents.size >= 100) this.close();
    const ca = caBundle ? Buffer.from(String(caBundle), 'base64').toString('utf8') : undefined;
    const agent = new Agent({
      ...this.#credentials,
      ca,
      servername,
      keepAlive: true,
      maxFreeSockets: 8,
      rejectUnauthorized: !insecureSkipTLSVerify,
    });
    this.#agents.set(id, agent);
    return agent;
  }
}

/** Pure: the client's headers and who it is. */
export function proxiedHeaders({ headers, user }: Pick<ProxiedRequest, 'headers' | 'user'>): OutgoingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !OWN_HEADERS.test(name));
  const extra = Object.entries(user.extra ?? {}).map(([key, values]) => [
    `x-remote-extra-${encodeURIComponent(key).toLowerCase()}`,
    [...values],
  ]);
  return {
    ...Object.fromEntries(kept),
    'x-remote-user': user.name,
    ...(user.uid ? { 'x-remote-uid': user.uid } : {}),
    'x-remote-group': [...user.groups],
    ...Object.fromEntries(extra),
  };
}
