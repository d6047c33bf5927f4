import { BlockList } from 'node:net';
import type { Clock } from '@coxswain/foundation';
import type { EndpointRule } from '../rule-set.ts';
import type { ListenerPlan } from './plan-listeners.ts';

/** Most clients whose endpoint is remembered for one port; the oldest are forgotten first. */
const MOST_CLIENTS = 65_535;

/** Chooses endpoints for the clients of one port: one after another, or the same one for the same client. */
export class Balancer {
  readonly #clock: Clock;
  #plan: ListenerPlan;
  #allowed: BlockList | undefined;
  #next = 0;
  readonly #clients = new Map<string, { endpoint: EndpointRule; seen: number }>();

  constructor(plan: ListenerPlan, clock: Clock) {
    this.#clock = clock;
    this.#plan = plan;
    this.update(plan);
  }

  /** New endpoints; clients whose endpoint is still among them stay with it. */
  update(plan: ListenerPlan): void {
    this.#plan = plan;
    for (const [client, { endpoint }] of this.#clients) if (!this.has(endpoint)) this.#clients.delete(client);
    this.#allowed = undefined;
    if (plan.sourceRanges.length === 0) return;
    this.#allowed = new BlockList();
    for (const range of plan.sourceRanges) {
      const [network = '', prefix = '32'] = range.split('/');
      this.#allowed.addSubnet(network, Number(prefix), familyOf(network));
    }
  }

  allows(client: string): boolean {
    return this.#allowed?.check(client, familyOf(client)) ?? true;
  }

  has({ ip, port }: EndpointRule): boolean {
    return this.#plan.endpoints.some((endpoint) => endpoint.ip === ip && endpoint.port === port);
  }

  /** The endpoint for a client; `again` when the last choice did not answer, so that the next one is tried. */
  choose(client: string, again = false): EndpointRule | undefined {
    const { endpoints, affinitySeconds } = this.#plan;
    const now = this.#clock.now();
    const known = this.#clients.get(client);
    if (affinitySeconds === undefined || again || !known || now - known.seen >= affinitySeconds * 1000) {
      const endpoint = endpoints[this.#next++ % endpoints.length];
      if (endpoint && affinitySeconds !== undefined) this.#remember(client, endpoint, now);
      return endpoint;
    }
    this.#remember(client, known.endpoint, now);
    return known.endpoint;
  }

  #remember(client: string, endpoint: EndpointRule, seen: number): void {
    this.#clients.delete(client);
    this.#clients.set(client, { endpoint, seen });
    const oldest = this.#clients.keys().next().value;
    if (this.#clients.size > MOST_CLIENTS && oldest !== undefined) this.#clients.delete(oldest);
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
