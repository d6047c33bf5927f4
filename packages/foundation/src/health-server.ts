import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkHealth, type HealthCheck } from './health.ts';
import type { Metrics } from './metrics.ts';

export interface HealthServerOptions {
  /** Address to listen on; loopback unless given. */
  readonly host?: string;
  /** TCP port; 0 takes a free one. */
  readonly port: number;
  readonly metrics: Metrics;
  readonly checks?: readonly HealthCheck[];
  /** What only /readyz asks besides: a restart would not help it. */
  readonly readyChecks?: readonly HealthCheck[];
}

export interface HealthServer {
  readonly port: number;
}

/** Serves /healthz, /livez, /readyz and /metrics over plain HTTP until the signal aborts. */
export async function startHealthServer(options: HealthServerOptions, signal: AbortSignal): Promise<HealthServer> {
  const { host = '127.0.0.1', port, metrics, checks = [], readyChecks = [] } = options;
  const server = createServer((request, response) => {
    void answer(request.url ?? '/').then(
      ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
      () => response.writeHead(500).end(),
    );
  });

  async function answer(url: string): Promise<{ status: number; type: string; body: string }> {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    if (pathname === '/metrics') return { status: 200, type: metrics.contentType, body: await metrics.metrics() };
    if (['/healthz', '/livez', '/readyz'].includes(pathname)) {
      const asked = pathname === '/readyz' ? [...checks, ...readyChecks] : checks;
      const report = await checkHealth(pathname.slice(1), asked, { verbose: searchParams.has('verbose') });
      return { status: report.healthy ? 200 : 500, type: 'text/plain; charset=utf-8', body: report.text };
    }
    return { status: 404, type: 'text/plain', body: '404 page not found\n' };
  }

  await listen(server, port, host);
  signal.addEventListener('abort', () => closeNow(server), { once: true });
  return { port: (server.address() as AddressInfo).port };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}

function closeNow(server: Server): void {
  server.close();
  server.closeAllConnections();
}
