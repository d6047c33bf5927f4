import { request } from 'node:https';
import { parse } from 'yaml';

export interface AdminClient {
  /** @throws Error with the path and the apiserver's words on any status but 2xx */
  get<T>(path: string): Promise<T>;
  /** A merge patch or a delete; an object that is gone already is fine. */
  send(method: 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<void>;
}

/** The few requests that scripts make, with the client certificate embedded in a kubeconfig. */
export function adminClient(kubeconfig: string): AdminClient {
  const config = parse(kubeconfig);
  const { server, 'certificate-authority-data': ca } = config.clusters[0].cluster;
  const { 'client-certificate-data': cert, 'client-key-data': key } = config.users[0].user;
  const decode = (data: string) => Buffer.from(data, 'base64').toString();
  const tls = { ca: decode(ca), cert: decode(cert), key: decode(key) };

  function call(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
    const headers = { accept: 'application/json', 'content-type': 'application/merge-patch+json' };
    return new Promise((resolve, reject) => {
      const options = { ...tls, method, headers, agent: false, signal: AbortSignal.timeout(5000) } as const;
      const req = request(`${server}${path}`, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      });
      req.on('error', reject);
      req.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  return {
    async get(path) {
      const { status, text } = await call('GET', path);
      if (status !== 200) throw new Error(`GET ${path}: ${status} ${text.slice(0, 300)}`);
      return JSON.parse(text);
    },
    async send(method, path, body) {
      const { status, text } = await call(method, path, body);
      if ((status < 200 || status > 299) && status !== 404)
        throw new Error(`${method} ${path}: ${status} ${text.slice(0, 300)}`);
    },
  };
}
