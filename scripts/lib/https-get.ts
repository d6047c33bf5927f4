import { request } from 'node:https';

export interface HttpsGetOptions {
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
}

/** Status and body of a GET; throws when nobody answers within two seconds. */
export function httpsGet(url: string, options: HttpsGetOptions): Promise<{ status: number; body: string }> {
  const { token, ...tls } = options;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const req = request(url, { ...tls, headers, agent: false, signal: AbortSignal.timeout(2000) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    req.on('error', reject);
    req.end();
  });
}
