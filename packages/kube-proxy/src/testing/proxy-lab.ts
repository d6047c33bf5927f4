import type { EndpointSlice, Node, Service } from '@coxswain/api';
import { type ChildChannel, type NetworkAgent, NetworkLab } from '@coxswain/foundation/testing';
import type { ProxyProcessOptions, ProxyRequest } from './proxy-process.ts';

/** Addresses of the lab: pods a and client are on the proxy's node, pod b on another; outside is not in the cluster. */
export const ADDRESS = {
  client: '10.244.79.2',
  a: '10.244.77.2',
  b: '10.244.78.2',
  outside: '192.0.2.2',
  other: '192.0.2.77',
  node: '192.0.2.1',
  gatewayOfA: '10.244.77.1',
} as const;
export const ADDRESS6 = { client: 'fd00:244:0:79::2', a: 'fd00:244:0:77::2', b: 'fd00:244:0:78::2' } as const;

type Place = 'client' | 'a' | 'b' | 'outside' | 'node';

/** One node with kube-proxy between two pods that serve on 8080 and 8081, a pod that asks, and a client outside. */
export class ProxyLab {
  readonly lab = new NetworkLab();
  readonly #agents = new Map<Place, NetworkAgent>();
  #proxy: ChildChannel<ProxyRequest> | undefined;

  static async create(): Promise<ProxyLab> {
    const made = new ProxyLab();
    try {
      await made.#build();
      return made;
    } catch (error) {
      await made.close();
      throw error;
    }
  }

  async #build(): Promise<void> {
    const { lab } = this;
    await lab.namespace('node', { forwarding: true });
    for (const [name, four, six] of [
      ['client', ADDRESS.client, ADDRESS6.client],
      ['a', ADDRESS.a, ADDRESS6.a],
      ['b', ADDRESS.b, ADDRESS6.b],
      ['outside', ADDRESS.outside, '2001:db8::2'],
    ] as const) {
      await lab.namespace(name);
      const gateways = [four.replace(/\.2$/, '.1'), six.replace(/::2$/, '::1')];
      const own = name === 'outside' ? [`${ADDRESS.other}/24`] : [];
      await lab.link(
        { in: 'node', dev: name, addresses: [`${gateways[0]}/24`, `${gateways[1]}/64`] },
        { in: name, dev: 'eth0', addresses: [`${four}/24`, `${six}/64`, ...own], gateways },
      );
    }
    await lab.run('node', ['ip', 'route', 'add', 'default', 'via', ADDRESS.outside]);
    await lab.run('node', ['ip', 'route', 'add', 'default', 'via', '2001:db8::2']);
    const places = ['client', 'a', 'b', 'outside', 'node'] as const;
    await Promise.all(places.map(async (name) => this.#agents.set(name, await lab.agent(name))));
    await this.agent('a').serve('a', [8080, 8081]);
    await this.agent('b').serve('b', [8080, 8081]);
  }

  agent(name: Place): NetworkAgent {
    const agent = this.#agents.get(name);
    if (!agent) throw new Error(`no agent in ${name}`);
    return agent;
  }

  /** Starts kube-proxy on the node, with these objects in its API; resolves with the milliseconds of its first sync. */
  async startProxy(options: ProxyProcessOptions, put: readonly (Service | EndpointSlice)[] = []): Promise<number> {
    await this.killProxy();
    this.#proxy = await this.lab.program('node', `${import.meta.dirname}/proxy-process.ts`, []);
    // They are answered after the first sync; the program may be killed before.
    for (let i = 0; i < put.length; i += 1000)
      this.#proxy.ask({ do: 'change', put: put.slice(i, i + 1000) }).catch(() => {});
    return this.#proxy.ask({ do: 'start', options });
  }

  get proxy(): ChildChannel<ProxyRequest> {
    if (!this.#proxy) throw new Error('kube-proxy was not started');
    return this.#proxy;
  }

  /** Changes the API and waits until the rules follow; resolves with the milliseconds until the first sync was done. */
  change(put: readonly (Service | EndpointSlice)[], remove: readonly string[] = []): Promise<number> {
    return this.proxy.ask({ do: 'change', put, remove });
  }

  /** Labels the proxy's node. */
  async setZone(zone: string): Promise<void> {
    const labels = { 'topology.kubernetes.io/zone': zone };
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1', labels }, spec: {}, status: {} };
    await this.proxy.ask({ do: 'change', put: [node as Node] });
  }

  async killProxy(): Promise<void> {
    await this.#proxy?.kill();
    this.#proxy = undefined;
  }

  /** Who answered how often, of `count` questions. */
  async tally(count: number, host: string, port: number, more: AskOptions = {}): Promise<Record<string, number>> {
    const { at = 'client', ...question } = more;
    const seen: Record<string, number> = {};
    for (let i = 0; i < count; i++) {
      const answer = (await this.agent(at).ask(host, port, question)).split(' ')[0] ?? '';
      seen[answer] = (seen[answer] ?? 0) + 1;
    }
    return seen;
  }

  async close(): Promise<void> {
    await this.killProxy();
    await this.lab.close();
  }
}

export interface AskOptions {
  readonly at?: Place;
  readonly protocol?: 'TCP' | 'UDP';
  readonly from?: string;
  readonly fromPort?: number;
  readonly timeoutMs?: number;
}
