import { Agent, type RequestOptions, request } from 'node:https';
import type { Target } from './target.ts';

export { figure, inParallel, percentile } from './figures.ts';
export { type Target, targetFromEnvironment } from './target.ts';

/** An ordinary keep-alive HTTPS client with a bounded number of connections. */
export class LoadClient {
  readonly #target: Target;
  readonly #agent: Agent;

  constructor(target: Target, connections: number) {
    this.#target = target;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, ca: target.ca, scheduling: 'fifo' });
  }

  /** Resolves with the body's length and text (unless `discard`); rejects on any status but 2xx. */
  send(method: string, path: string, body?: string, discard = false): Promise<{ bytes: number; text: string }> {
    return new Promise((resolve, reject) => {
      const call = request(this.#options(method, path, body), (response) => {
        let bytes = 0;
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (!discard) chunks.push(chunk);
        });
        response.on('end', () => {
          const text = discard ? '' : Buffer.concat(chunks).toString('utf8');
          const { statusCode = 0 } = response;
          if (statusCode >= 200 && statusCode < 300) resolve({ bytes, text });
          else reject(new Error(`${method} ${path}: ${statusCode} ${text.slice(0, 300)}`));
        });
        response.on('error', reject);
      });
      call.once('error', reject);
      call.end(body);
    });
  }

  /** A watch: `onLine` gets each event's text until the returned function is called. */
  watch(path: string, onLine: (line: string) => void): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const call = request({ ...this.#options('GET', path), agent: new Agent({ ca: this.#target.ca }) }, (response) => {
        let rest = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) onLine(line);
        });
        response.on('error', () => {});
        resolve(() => call.destroy());
      });
      call.once('error', reject);
      call.end();
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #options(method: string, path: string, body?: string): RequestOptions {
    const { hostname, port } = new URL(this.#target.server);
    return {
      hostname,
      port,
      path,
      method,
      agent: this.#agent,
      headers: {
        authorization: `Bearer ${this.#target.token}`,
        accept: 'application/json',
        ...(body === undefined
          ? {}
          : { 'content-type': contentType(method), 'content-length': Buffer.byteLength(body) }),
      },
    };
  }
}

function contentType(method: string): string {
  return method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json';
}
