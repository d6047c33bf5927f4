import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { StatusError } from '@coxswain/api';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** Authority of the front proxies that may ask; nobody may without it. */
  readonly clientCa: string | undefined;
  readonly document: (url: URL) => object | undefined;
  readonly ready: () => boolean;
}

/** Answers the API to front proxies and health to everyone, until the signal aborts. Resolves with the port. */
export async function serve(options: ServeOptions, signal: AbortSignal): Promise<number> {
  const { cert, key, clientCa, host, port } = options;
  const tls = { cert, key, ...(clientCa ? { ca: clientCa, requestCert: true, rejectUnauthorized: false } : {}) };
  const server: Server = createServer(tls, (request, response) => {
    try {
      answer(options, request, response);
    } catch (error) {
      if (error instanceof StatusError) send(response, error.status.code ?? 500, error.status);
      else text(response, 500, (error as Error).message);
    }
  });
  server.requestTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  signal.addEventListener('abort', () => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

function answer({ document, ready, clientCa }: ServeOptions, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'https://metrics-server');
  const isTrusted = clientCa !== undefined && (request.socket as TLSSocket).authorized;
  if (url.pathname === '/livez' || url.pathname === '/healthz') text(response, 200, 'ok');
  else if (url.pathname === '/readyz') text(response, ready() ? 200 : 500, ready() ? 'ok' : 'no metrics to serve');
  else if (!isTrusted || request.headers['x-remote-user'] === undefined) text(response, 401, 'Unauthorized');
  else if (request.method !== 'GET') text(response, 405, 'Method Not Allowed');
  else {
    const found = document(url);
    if (found) send(response, 200, found);
    else text(response, 404, '404 page not found');
  }
}

function send(response: ServerResponse, code: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(code, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}

function text(response: ServerResponse, code: number, body: string): void {
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${body}\n`);
}
