import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '@coxswain/foundation';
import { Balancer } from './balancer.ts';
import type { ListenerPlan } from './plan-listeners.ts';
import type { PortProxy } from './port-proxy.ts';

const DIAL_TIMEOUT_MS = 5000;
const TRIES = 3;

export class TcpProxy implements PortProxy {
  readonly #plan: ListenerPlan;
  readonly #balancer: Balancer;
  readonly #server: Server;

  constructor(plan: ListenerPlan, clock: Clock) {
    this.#plan = plan;
    this.#balancer = new Balancer(plan, clock);
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) =>
      this.#accept(client),
    );
  }

  start(): Promise<void> {
    const { address, port } = this.#plan;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, address, () => {
        this.#server.off('error', reject);
        this.#server.on('error', () => {});
        resolve();
      });
    });
  }

  update(plan: ListenerPlan): void {
    this.#balancer.update(plan);
  }

  close(): void {
    this.#server.close();
  }

  #accept(client: Socket): void {
    const address = client.remoteAddress ?? '';
    client.on('error', () => client.destroy());
    if (this.#balancer.allows(address)) this.#dial(client, address, 1);
    else client.destroy();
  }

  #dial(client: Socket, address: string, attempt: number): void {
    const endpoint = this.#balancer.choose(address, attempt > 1);
    if (!endpoint) {
      client.destroy();
      return;
    }
    const upstream = connect({ host: endpoint.ip, port: endpoint.port, allowHalfOpen: true, noDelay: true });
    upstream.setTimeout(DIAL_TIMEOUT_MS, () => upstream.destroy(new Error('no answer')));
    let connected = false;
    upstream.once('connect', () => {
      connected = true;
      upstream.setTimeout(0);
      client.pipe(upstream);
      upstream.pipe(client);
    });
    upstream.on('error', () => {
      if (!connected && attempt < TRIES && !client.destroyed) this.#dial(client, address, attempt + 1);
      else client.destroy();
    });
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => {
      if (connected) client.destroySoon();
    });
  }
}
