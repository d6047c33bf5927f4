import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { refuseUpgrade } from '@coxswain/streaming';
import { type KubeletRoutesOptions, kubeletRoutes } from './kubelet-routes.ts';
import { findRoute, plainText, type Route, type RouteAnswer } from './route.ts';
import { Refusal, serveStreams } from './serve-streams.ts';
import type { ServerAccess } from './server-access.ts';

export interface KubeletServerOptions extends KubeletRoutesOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tlsCertFile: string;
  readonly tlsPrivateKeyFile: string;
  /** The authority of client certificates. */
  readonly clientCaFile: string;
  readonly access: Pick<ServerAccess, 'check'>;
  /** What others serve under the same rules. */
  readonly routes?: readonly Route[];
}

export interface KubeletServer {
  readonly port: number;
}

/** Serves the kubelet's API over TLS to whom `access` lets in, until the signal aborts. */
export async function startKubeletServer(options: KubeletServerOptions, signal: AbortSignal): Promise<KubeletServer> {
  const { tlsCertFile, tlsPrivateKeyFile, clientCaFile, host, port, access, log } = options;
  const [cert, key, ca] = await Promise.all(
    [tlsCertFile, tlsPrivateKeyFile, clientCaFile].map((path) => readFile(path)),
  );
  const routes = [...kubeletRoutes(options, signal), ...(options.routes ?? [])];
  const server = createServer({ cert, key, ca, requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.2' });
  server.on('request', (request, response) => void serve(request, response));
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    void access.check(request).then((refusal) => {
      if (refusal) refuseUpgrade(socket, refusal.code, refusal.message);
      else void serveStreams(options, request, socket, head, signal);
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const refusal = await access.check(request);
      if (refusal) return write(response, plainText(refusal.code, refusal.message));
      const { method = 'GET', url = '/' } = request;
      const mark = url.indexOf('?');
      const path = mark < 0 ? url : url.slice(0, mark);
      const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
      const found = findRoute(routes, method, path);
      const answer = found
        ? await found.route.answer({ raw: request, response, params: found.params, query })
        : plainText(404, '404 page not found\n');
      if (answer) write(response, answer);
    } catch (error) {
      if (!(error instanceof Refusal)) log.error({ err: error, url: request.url?.replace(/\?.*/s, '') }, 'failed');
      if (response.headersSent) response.destroy();
      else write(response, plainText(error instanceof Refusal ? error.code : 500, (error as Error).message));
    }
  }

  server.listen({ host, port });
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  signal.addEventListener('abort', close, { once: true });
  return { port: (server.address() as AddressInfo).port };
}

function write(response: ServerResponse, { code = 200, type, body }: RouteAnswer): void {
  response.writeHead(code, { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) });
  response.end(body);
}
