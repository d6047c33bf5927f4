import { runCommand } from '../run-command.ts';
import { ChildChannel } from './child-channel.ts';

export interface Question {
  readonly host: string;
  readonly port: number;
  /** TCP unless given. */
  readonly protocol?: 'TCP' | 'UDP';
  /** Source address and port. */
  readonly from?: string;
  readonly fromPort?: number;
  /** 20,000 unless given; the answer is `timeout` then. */
  readonly timeoutMs?: number;
}

export type AgentRequest =
  | { readonly do: 'serve'; readonly name: string; readonly ports: readonly number[] }
  | { readonly do: 'ask'; readonly question: Question }
  | { readonly do: 'hold'; readonly connection: number; readonly question: Question }
  | { readonly do: 'more'; readonly connection: number };

/** A program in a namespace that serves and asks for the test. */
export class NetworkAgent {
  readonly #channel: ChildChannel<AgentRequest>;
  #connections = 0;

  constructor(channel: ChildChannel<AgentRequest>) {
    this.#channel = channel;
  }

  /** Answers TCP and UDP on the ports with `name client-address`. */
  async serve(name: string, ports: readonly number[]): Promise<void> {
    await this.#channel.ask({ do: 'serve', name, ports });
  }

  /** What the server said, or the code of the error, or `timeout`. */
  ask(host: string, port: number, more: Omit<Question, 'host' | 'port'> = {}): Promise<string> {
    return this.#channel.ask({ do: 'ask', question: { host, port, ...more } });
  }

  /** Opens a TCP connection that stays; each call of `more` asks over it again. */
  async hold(host: string, port: number): Promise<{ first: string; more(): Promise<string> }> {
    this.#connections += 1;
    const connection = this.#connections;
    const first = await this.#channel.ask<string>({ do: 'hold', connection, question: { host, port } });
    return { first, more: () => this.#channel.ask({ do: 'more', connection }) };
  }

  close(): Promise<void> {
    return this.#channel.kill();
  }
}

let labs = 0;

/** Network namespaces of one test, unreachable from outside it. Needs root and iproute2. */
export class NetworkLab {
  readonly #prefix = `cx${process.pid.toString(36)}${(labs++).toString(36)}`;
  readonly #names = new Set<string>();
  readonly #agents: NetworkAgent[] = [];
  #links = 0;

  /** The namespace's name as `ip netns` knows it. */
  ns(name: string): string {
    return `${this.#prefix}-${name}`;
  }

  /** Runs a program in the namespace; resolves with stdout. @throws CommandError */
  run(name: string, command: readonly string[], input?: string): Promise<string> {
    const args = ['netns', 'exec', this.ns(name), ...command];
    return runCommand('ip', args, input === undefined ? {} : { input });
  }

  async namespace(name: string, { forwarding = false } = {}): Promise<void> {
    await runCommand('ip', ['netns', 'add', this.ns(name)]);
    this.#names.add(name);
    await this.run(name, ['ip', 'link', 'set', 'lo', 'up']);
    if (!forwarding) return;
    const settings = ['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'];
    await this.run(name, ['sysctl', '-qw', ...settings]);
  }

  /** A cable between two namespaces; `dev` and `addresses` (with prefix length) of each end. */
  async link(...ends: readonly [Cable, Cable]): Promise<void> {
    const [a, b] = ends;
    this.#links += 1;
    const names = ends.map(({ dev }, i) => dev ?? `v${this.#links}${i}`);
    const end = (cable: Cable, i: number) => ['name', names[i] ?? '', 'netns', this.ns(cable.in)];
    await runCommand('ip', ['link', 'add', ...end(a, 0), 'type', 'veth', 'peer', ...end(b, 1)]);
    const batch = (cable: Cable, i: number) =>
      [
        `link set dev ${names[i]} up`,
        ...(cable.addresses ?? []).map((address) => `addr add ${address} dev ${names[i]} ${nodad(address)}`),
        ...(cable.gateways ?? []).map((gateway) => `route add default via ${gateway}`),
      ].join('\n');
    for (const [i, cable] of ends.entries()) await this.run(cable.in, ['ip', '-batch', '-'], `${batch(cable, i)}\n`);
  }

  async agent(name: string): Promise<NetworkAgent> {
    const agent = new NetworkAgent(
      await this.program<AgentRequest>(name, `${import.meta.dirname}/network-agent.ts`, []),
    );
    this.#agents.push(agent);
    return agent;
  }

  /** Starts one of our own programs in the namespace; the caller ends it. */
  program<Request>(name: string, file: string, args: readonly string[]): Promise<ChildChannel<Request>> {
    return ChildChannel.start<Request>('ip', ['netns', 'exec', this.ns(name), process.execPath, file, ...args]);
  }

  async close(): Promise<void> {
    await Promise.all(this.#agents.map((agent) => agent.close()));
    for (const name of this.#names) await runCommand('ip', ['netns', 'del', this.ns(name)]).catch(() => {});
  }
}

export interface Cable {
  readonly in: string;
  /** Made up unless given. */
  readonly dev?: string;
  readonly addresses?: readonly string[];
  /** Where everything else goes. */
  readonly gateways?: readonly string[];
}

function nodad(address: string): string {
  return address.includes(':') ? 'nodad' : '';
}
