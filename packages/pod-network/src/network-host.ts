import { CommandError, runCommand } from '@coxswain/foundation';
import { type Link, TUNNEL } from './choose-path.ts';
import { ROUTE_PROTOCOL, type Route } from './plan-routes.ts';
import type { TunnelPlan, TunnelState } from './plan-tunnel.ts';
import { TABLE } from './render-nftables.ts';

/** What this program reads and changes of the machine's network. */
export interface NetworkHost {
  links(signal: AbortSignal): Promise<Link[]>;
  /** Our routes only. */
  routes(signal: AbortSignal): Promise<Route[]>;
  /** Lines of `ip -batch`; all are tried. @throws CommandError when one failed */
  changeRoutes(batch: string, signal: AbortSignal): Promise<void>;
  /** The tunnel's device and tables; undefined when it isn't there. */
  tunnel(signal: AbortSignal): Promise<TunnelState | undefined>;
  /** @throws CommandError when a line failed */
  changeTunnel(plan: TunnelPlan, signal: AbortSignal): Promise<void>;
  /** A transaction of nft. */
  changeTable(script: string, signal: AbortSignal): Promise<void>;
  /** A table (ours unless named) as nft lists it; '' when it isn't there. */
  table(signal: AbortSignal, name?: string): Promise<string>;
  /** Undefined when the kernel has no such setting. */
  sysctl(name: string, signal: AbortSignal): Promise<string | undefined>;
  setSysctl(name: string, value: string, signal: AbortSignal): Promise<void>;
}

interface IpAddress {
  readonly ifname: string;
  readonly mtu: number;
  readonly addr_info: readonly { readonly local?: string; readonly prefixlen: number }[];
}

interface VxlanLink {
  readonly mtu: number;
  readonly address?: string;
  readonly linkinfo?: { readonly info_data?: { readonly local?: string } };
  readonly addr_info: readonly { readonly family?: string; readonly local?: string }[];
}

interface Neighbour {
  readonly dst: string;
  readonly lladdr?: string;
}

interface Forwarding {
  readonly mac: string;
  readonly dst?: string;
}

interface IpRoute {
  readonly type?: string;
  readonly dst: string;
  readonly gateway?: string;
  readonly dev?: string;
  readonly metric?: number;
}

/** The network of this process, or of the network namespace that the commands of `prefix` lead into. */
export function createNetworkHost(prefix: readonly string[] = []): NetworkHost {
  const run = (words: readonly string[], signal: AbortSignal, input = '') => {
    const [program = '', ...args] = [...prefix, ...words];
    return runCommand(program, args, { signal, input, timeoutMs: 10_000 });
  };
  return {
    async links(signal) {
      const found = parse<IpAddress>(await run(['ip', '-j', '-4', 'addr', 'show'], signal));
      return found.map(({ ifname, mtu, addr_info }) => ({
        name: ifname,
        mtu,
        addresses: addr_info.flatMap(({ local, prefixlen }) => (local === undefined ? [] : [`${local}/${prefixlen}`])),
      }));
    },
    async routes(signal) {
      const found = parse<IpRoute>(
        await run(['ip', '-j', '-4', 'route', 'show', 'proto', `${ROUTE_PROTOCOL}`], signal),
      );
      return found.map(toRoute);
    },
    async changeRoutes(batch, signal) {
      await run(['ip', '-force', '-batch', '-'], signal, batch);
    },
    async tunnel(signal) {
      const [device] = parse<VxlanLink>(
        await run(['ip', '-j', '-d', 'addr', 'show', 'dev', TUNNEL], signal).catch(() => ''),
      );
      if (!device) return undefined;
      const neighbours = parse<Neighbour>(await run(['ip', '-j', 'neigh', 'show', 'dev', TUNNEL], signal));
      const forwarding = parse<Forwarding>(await run(['bridge', '-j', 'fdb', 'show', 'dev', TUNNEL], signal));
      return {
        outer: device.linkinfo?.info_data?.local ?? '',
        mac: device.address ?? '',
        mtu: device.mtu,
        inner: device.addr_info.flatMap(({ local, family }) => (local && family === 'inet' ? [local] : [])),
        neighbours: new Map(neighbours.flatMap(({ dst, lladdr }) => (lladdr ? [[dst, lladdr]] : []))),
        forwarding: new Map(forwarding.flatMap(({ mac, dst }) => (dst ? [[mac, dst]] : []))),
      };
    },
    async changeTunnel({ ip, bridge }, signal) {
      const lines = (batch: readonly string[]) => batch.map((line) => `${line}\n`).join('');
      if (ip.length > 0) await run(['ip', '-force', '-batch', '-'], signal, lines(ip));
      if (bridge.length > 0) await run(['bridge', '-force', '-batch', '-'], signal, lines(bridge));
    },
    async changeTable(script, signal) {
      await run(['nft', '-f', '-'], signal, script);
    },
    async table(signal, name = TABLE) {
      try {
        return await run(['nft', 'list', 'table', ...name.split(' ')], signal);
      } catch (error) {
        if (error instanceof CommandError && /No such file/.test(error.message)) return '';
        throw error;
      }
    },
    sysctl: (name, signal) =>
      run(['sysctl', '-n', name], signal).then(
        (value) => value.trim(),
        () => undefined,
      ),
    async setSysctl(name, value, signal) {
      await run(['sysctl', '-qw', `${name}=${value}`], signal);
    },
  };
}

function parse<T>(json: string): T[] {
  return json.trim() === '' ? [] : (JSON.parse(json) as T[]);
}

function toRoute({ type, dst, gateway = '', dev = '', metric = 0 }: IpRoute): Route {
  const range = dst.includes('/') ? dst : `${dst}/32`;
  return type === 'unreachable' ? { type, dst: range, metric } : { type: 'unicast', dst: range, via: gateway, dev };
}
