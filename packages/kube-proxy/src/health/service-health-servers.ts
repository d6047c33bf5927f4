import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Logger } from '@coxswain/foundation';
import type { ServiceHealth } from './plan-health-checks.ts';

interface Running {
  readonly server: Server;
  health: ServiceHealth;
}

/**
 * Answers load balancers on each Service's health check node port: 200 with local endpoints while the proxy itself is
 * healthy, 503 otherwise. A port that can't be had is logged and tried again at the next change.
 */
export class ServiceHealthServers {
  readonly #log: Logger;
  readonly #proxyHealthy: () => boolean;
  readonly #running = new Map<string, Running>();

  constructor({ log, proxyHealthy }: { log: Logger; proxyHealthy: () => boolean }) {
    this.#log = log;
    this.#proxyHealthy = proxyHealthy;
  }

  sync(wanted: ReadonlyMap<string, ServiceHealth>): void {
    for (const [service, running] of this.#running)
      if (wanted.get(service)?.port !== running.health.port) this.#stop(service, running);
    for (const [service, health] of wanted) {
      const running = this.#running.get(service);
      if (running) running.health = health;
      else this.#start(health);
    }
  }

  close(): void {
    for (const [service, running] of this.#running) this.#stop(service, running);
  }

  #start(health: ServiceHealth): void {
    const { service, port } = health;
    const running: Running = { health, server: createServer((_, response) => this.#answer(running.health, response)) };
    running.server.on('error', (err) => {
      this.#log.error({ err, service, port }, 'failed to start the service health check');
      if (this.#running.get(service) === running) this.#running.delete(service);
    });
    running.server.listen(port);
    this.#running.set(service, running);
  }

  #stop(service: string, { server }: Running): void {
    this.#running.delete(service);
    server.close();
    server.closeAllConnections();
  }

  #answer({ service, localEndpoints }: ServiceHealth, response: ServerResponse): void {
    const [namespace = '', name = ''] = service.split('/');
    const serviceProxyHealthy = this.#proxyHealthy();
    response.writeHead(localEndpoints > 0 && serviceProxyHealthy ? 200 : 503, {
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      'x-load-balancing-endpoint-weight': String(localEndpoints),
    });
    response.end(`${JSON.stringify({ service: { namespace, name }, localEndpoints, serviceProxyHealthy })}\n`);
  }
}
