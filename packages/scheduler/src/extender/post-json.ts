import { readFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';

export interface TlsFiles {
  readonly insecure?: boolean;
  readonly serverName?: string;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  /** PEM in base64, instead of the files. */
  readonly caData?: string;
  readonly certData?: string;
  readonly keyData?: string;
}

export interface PostOptions {
  readonly timeoutMs: number;
  readonly tls: TlsFiles;
  readonly signal: AbortSignal;
}

const MAX_REPLY = 64 * 1024 * 1024;

/** POSTs JSON and resolves with the JSON of the answer; rejects on any status but 200 and after the time-out. */
export function postJson(url: string, body: unknown, { timeoutMs, tls, signal }: PostOptions): Promise<unknown> {
  const text = JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const secure = url.startsWith('https:');
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers, signal: stop, ...(secure ? tlsOptions(tls) : {}) };
    const call = (secure ? tlsRequest : plainRequest)(url, options, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_REPLY) call.destroy(new Error(`${url} answers with more than ${MAX_REPLY} bytes`));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode !== 200) {
          reject(new Error(`failed ${url}, code ${response.statusCode}`));
          return;
        }
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
        } catch (error) {
          reject(error);
        }
      });
    });
    call.once('error', reject);
    call.end(text);
  });
}

function tlsOptions(tls: TlsFiles) {
  const read = (file: string | undefined, data: string | undefined) =>
    data ? Buffer.from(data, 'base64') : file ? readFileSync(file) : undefined;
  const ca = read(tls.caFile, tls.caData);
  const cert = read(tls.certFile, tls.certData);
  const key = read(tls.keyFile, tls.keyData);
  return {
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(tls.serverName ? { servername: tls.serverName } : {}),
    rejectUnauthorized: !tls.insecure,
  };
}
