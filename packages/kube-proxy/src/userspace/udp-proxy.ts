import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Clock } from '@coxswain/foundation';
import type { EndpointRule } from '../rule-set.ts';
import { Balancer } from './balancer.ts';
import type { ListenerPlan } from './plan-listeners.ts';
import type { PortProxy } from './port-proxy.ts';

/** A client that is silent for so long is forgotten. */
const IDLE_MS = 30_000;
/** Most clients of one port at a time; the oldest makes place for a new one. */
const MOST_FLOWS = 4096;

interface FlowSocket {
  readonly endpoint: EndpointRule;
  readonly socket: Socket;
  seen: number;
}

export class UdpProxy implements PortProxy {
  readonly #plan: ListenerPlan;
  readonly #balancer: Balancer;
  readonly #clock: Clock;
  readonly #socket: Socket;
  readonly #flows = new Map<string, FlowSocket>();
  #sweep: NodeJS.Timeout | undefined;

  constructor(plan: ListenerPlan, clock: Clock) {
    this.#plan = plan;
    this.#clock = clock;
    this.#balancer = new Balancer(plan, clock);
    this.#socket = createSocket(isIPv6(plan.address) ? 'udp6' : 'udp4');
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once('error', reject);
      this.#socket.on('message', (data, { address, port }) => this.#forward(data, address, port));
      this.#socket.bind(this.#plan.port, this.#plan.address, () => {
        this.#socket.off('error', reject);
        this.#socket.on('error', () => {});
        this.#sweep = setInterval(() => this.#forgetIdle(), IDLE_MS / 2).unref();
        resolve();
      });
    });
  }

  update(plan: ListenerPlan): void {
    this.#balancer.update(plan);
    for (const [client, { endpoint }] of this.#flows) if (!this.#balancer.has(endpoint)) this.#forget(client);
  }

  close(): void {
    clearInterval(this.#sweep);
    for (const client of this.#flows.keys()) this.#forget(client);
    this.#socket.close();
  }

  #forward(data: Buffer, address: string, port: number): void {
    // To port 0 there is no way back, and the socket throws.
    if (port === 0 || !this.#balancer.allows(address)) return;
    const client = `${address}:${port}`;
    const flow = this.#flows.get(client) ?? this.#open(client, address, port);
    if (!flow) return;
    flow.seen = this.#clock.now();
    flow.socket.send(data, flow.endpoint.port, flow.endpoint.ip, () => {});
  }

  #open(client: string, address: string, port: number): FlowSocket | undefined {
    const endpoint = this.#balancer.choose(address);
    if (!endpoint) return undefined;
    const oldest = this.#flows.keys().next().value;
    if (this.#flows.size >= MOST_FLOWS && oldest !== undefined) this.#forget(oldest);
    const socket = createSocket(isIPv6(endpoint.ip) ? 'udp6' : 'udp4');
    socket.on('error', () => this.#forget(client));
    socket.on('message', (data, from) => {
      if (from.address === endpoint.ip && from.port === endpoint.port) this.#socket.send(data, port, address, () => {});
    });
    const flow = { endpoint, socket, seen: this.#clock.now() };
    this.#flows.set(client, flow);
    return flow;
  }

  #forgetIdle(): void {
    const oldest = this.#clock.now() - IDLE_MS;
    for (const [client, { seen }] of this.#flows) if (seen < oldest) this.#forget(client);
  }

  #forget(client: string): void {
    const flow = this.#flows.get(client);
    if (!flow) return;
    this.#flows.delete(client);
    flow.socket.close();
  }
}
