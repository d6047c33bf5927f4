import { networkInterfaces } from 'node:os';
import { type Clock, type Logger, systemClock } from '@coxswain/foundation';
import type { Backend, RuleSet } from '../rule-set.ts';
import { ownAddresses, setOwnAddresses } from './own-addresses.ts';
import { type ListenerPlan, planListeners } from './plan-listeners.ts';
import type { PortProxy } from './port-proxy.ts';
import { TcpProxy } from './tcp-proxy.ts';
import { UdpProxy } from './udp-proxy.ts';

export interface UserspaceOptions {
  readonly log: Logger;
  readonly clock?: Clock;
}

interface Running {
  plan: ListenerPlan;
  readonly proxy: PortProxy;
}

/**
 * This program itself takes traffic to the Services and forwards it, in turn, on machines without a packet filter. The
 * Services' addresses stand on `lo`; where that is not allowed, only node ports work. Endpoints see this node as the source;
 * connections end with the program.
 */
export class UserspaceBackend implements Backend {
  readonly name = 'userspace';
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #running = new Map<string, Running>();
  readonly #failed = new Set<string>();
  #addresses: ReadonlySet<string> = new Set();
  #nodes: ReadonlySet<string> = new Set();

  constructor({ log, clock = systemClock }: UserspaceOptions) {
    this.#log = log;
    this.#clock = clock;
  }

  async probe(): Promise<void> {}

  avoid(addresses: ReadonlySet<string>): void {
    this.#nodes = addresses;
  }

  async sync(ruleSet: RuleSet, _changed: ReadonlySet<string> | undefined, signal: AbortSignal): Promise<void> {
    const present = await ownAddresses(signal).catch(() => new Set<string>());
    const { listeners, addresses } = planListeners(ruleSet, nodeAddresses(present), this.#nodes);
    this.#addresses = addresses;
    await setOwnAddresses(addresses, signal).catch((err: unknown) =>
      this.#log.error({ err }, 'the addresses of Services can not be had, only node ports work'),
    );
    for (const [key, { proxy }] of this.#running) {
      if (listeners.has(key)) continue;
      proxy.close();
      this.#running.delete(key);
    }
    this.#failed.clear();
    await Promise.all([...listeners].map(([key, plan]) => this.#put(key, plan)));
  }

  async intact(signal: AbortSignal): Promise<boolean> {
    const present = await ownAddresses(signal).catch(() => this.#addresses);
    return this.#failed.size === 0 && [...this.#addresses].every((ip) => present.has(ip));
  }

  async cleanup(signal: AbortSignal): Promise<void> {
    for (const { proxy } of this.#running.values()) proxy.close();
    this.#running.clear();
    await setOwnAddresses(new Set(), signal);
  }

  async #put(key: string, plan: ListenerPlan): Promise<void> {
    const running = this.#running.get(key);
    if (running) {
      running.plan = plan;
      running.proxy.update(plan);
      return;
    }
    const proxy = plan.protocol === 'TCP' ? new TcpProxy(plan, this.#clock) : new UdpProxy(plan, this.#clock);
    try {
      await proxy.start();
      this.#running.set(key, { plan, proxy });
    } catch (err) {
      this.#failed.add(key);
      this.#log.error({ err, listener: key }, 'a port of a Service can not be had');
    }
  }
}

function nodeAddresses(services: ReadonlySet<string>): string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, address }) => !internal && !services.has(address) && !address.startsWith('fe80:'))
    .map(({ address }) => address);
}
