import type { Logger } from '@coxswain/foundation';
import { type Link, TUNNEL } from './choose-path.ts';
import { CONFIG_FILE, foreignConfig, putConfig } from './cni-config-file.ts';
import type { NetworkHost } from './network-host.ts';
import type { NodeView } from './node-view.ts';
import { planRoutes, renderRoutes } from './plan-routes.ts';
import { planTunnel, TUNNEL_OVERHEAD, tunnelEnd } from './plan-tunnel.ts';
import { renderCniConfig } from './render-cni-config.ts';
import { removeTable, renderNftables } from './render-nftables.ts';

export interface ReconcilerOptions {
  readonly host: NetworkHost;
  readonly log: Logger;
  readonly nodeName: string;
  readonly clusterCidr: string;
  readonly serviceCidr: string;
  readonly cniConfDir: string;
  /** Bytes; that of the interface with the node's InternalIP unless given. */
  readonly mtu?: number | undefined;
}

/** Brings this machine's network to what the nodes say; each pass starts from what is there. */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  #podCidr: string | undefined;
  /** The table as it was rendered, and as nft listed it afterwards. */
  #table: { readonly rendered: string; readonly listed: string } | undefined;
  #foreign: string | undefined;
  #skipped = new Map<string, string>();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** Whether pods can be started here as far as the network goes. */
  get ready(): boolean {
    return this.#podCidr !== undefined || this.#foreign !== undefined;
  }

  get podCidr(): string | undefined {
    return this.#podCidr;
  }

  /** Whether another network's configuration is in charge. */
  get standsBack(): boolean {
    return this.#foreign !== undefined;
  }

  /** One pass; `nodes` is undefined while they aren't known. @throws what a program said */
  async reconcile(nodes: readonly NodeView[] | undefined, signal: AbortSignal): Promise<void> {
    const { nodeName, cniConfDir, log } = this.#options;
    const foreign = await foreignConfig(cniConfDir);
    if (foreign !== undefined && foreign !== this.#foreign)
      log.warn({ file: foreign, dir: cniConfDir }, 'another network is configured, standing back');
    if (foreign === undefined && this.#foreign !== undefined) log.info('the other network is gone, taking over');
    this.#foreign = foreign;
    if (foreign !== undefined) return this.#standBack(signal);

    const own = nodes?.find(({ name }) => name === nodeName);
    // A Node deleted and not yet registered again has no range: what runs here keeps its network meanwhile.
    if (own?.podCidr !== undefined && own.podCidr !== this.#podCidr) {
      log.info({ podCIDR: own.podCidr, before: this.#podCidr }, 'this node has its pod range');
      this.#podCidr = own.podCidr;
    }
    await this.#sysctls(signal);
    await this.#rules(signal);
    const links = await this.#options.host.links(signal);
    const tunnelled = await this.#routes(nodes, links, signal);
    await this.#cniConfig(own, { links, tunnelled }, signal);
  }

  async #standBack(signal: AbortSignal): Promise<void> {
    const { host, cniConfDir } = this.#options;
    const existing = await host.routes(signal);
    if (existing.length > 0) await host.changeRoutes(renderRoutes({ remove: existing, replace: [] }), signal);
    if ((await host.tunnel(signal)) !== undefined)
      await host.changeTunnel({ ip: [`link del ${TUNNEL}`], bridge: [] }, signal);
    if ((await host.table(signal)) !== '') await host.changeTable(removeTable(), signal);
    this.#table = undefined;
    await putConfig(cniConfDir, undefined);
  }

  async #sysctls(signal: AbortSignal): Promise<void> {
    const { host, log } = this.#options;
    const forwarding = 'net.ipv4.ip_forward';
    if ((await host.sysctl(forwarding, signal)) === '1') return;
    log.info('turning on IP forwarding');
    await host.setSysctl(forwarding, '1', signal);
  }

  async #rules(signal: AbortSignal): Promise<void> {
    const { host, log, clusterCidr, serviceCidr } = this.#options;
    const rendered = renderNftables({ podCidr: this.#podCidr, clusterCidr, serviceCidr });
    if (this.#table?.rendered === rendered) {
      if ((await host.table(signal)) === this.#table.listed) return;
      log.warn('the rules were changed by someone else, making them again');
    }
    await host.changeTable(rendered, signal);
    this.#table = { rendered, listed: await host.table(signal) };
  }

  /** Resolves with whether some node is reached through the tunnel. */
  async #routes(nodes: readonly NodeView[] | undefined, links: readonly Link[], signal: AbortSignal): Promise<boolean> {
    const { host, log, nodeName, clusterCidr } = this.#options;
    // 1. Which way to whom.
    const existing = await host.routes(signal);
    const plan = planRoutes({ node: nodeName, nodes, links, clusterCidr, existing });
    for (const [node, reason] of plan.skipped)
      if (this.#skipped.get(node) !== reason) log.warn({ node, reason }, "no way to the node's pods");
    this.#skipped = new Map(plan.skipped);
    // 2. The tunnel stands before routes lead into it.
    if (nodes !== undefined) await this.#tunnel(nodes, plan.tunnelled, links, signal);
    if (plan.remove.length + plan.replace.length > 0) {
      await host.changeRoutes(renderRoutes(plan), signal);
      log.info(
        { removed: plan.remove.map(({ dst }) => dst), set: plan.replace.map(({ dst }) => dst) },
        'routes changed',
      );
    }
    return plan.tunnelled.length > 0;
  }

  async #tunnel(
    nodes: readonly NodeView[],
    tunnelled: readonly string[],
    links: readonly Link[],
    signal: AbortSignal,
  ): Promise<void> {
    const { host, log, nodeName } = this.#options;
    const existing = await host.tunnel(signal);
    if (existing === undefined && tunnelled.length === 0) return;
    const own = nodes.find(({ name }) => name === nodeName);
    const peers = nodes.filter(({ name }) => tunnelled.includes(name)).flatMap((peer) => tunnelEnd(peer) ?? []);
    const uplinkMtu = uplinkOf(own, links)?.mtu ?? 1500;
    const plan = planTunnel({ own: own && tunnelEnd(own), peers, uplinkMtu, existing });
    if (plan.ip.length + plan.bridge.length === 0) return;
    await host.changeTunnel(plan, signal);
    log.info({ device: TUNNEL, nodes: tunnelled }, 'tunnel changed');
  }

  async #cniConfig(
    own: NodeView | undefined,
    { links, tunnelled }: { links: readonly Link[]; tunnelled: boolean },
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#podCidr === undefined || own === undefined) return;
    const { cniConfDir, log } = this.#options;
    const uplink = uplinkOf(own, links)?.mtu;
    const fitting = uplink === undefined ? undefined : uplink - (tunnelled ? TUNNEL_OVERHEAD : 0);
    const mtu = this.#options.mtu ?? fitting;
    const content = renderCniConfig({ podCidr: this.#podCidr, mtu, attachment: await this.#attachment(signal) });
    if (await putConfig(cniConfDir, content))
      log.info({ dir: cniConfDir, file: CONFIG_FILE }, 'wrote the CNI configuration');
  }

  async #attachment(signal: AbortSignal): Promise<'bridge' | 'ptp'> {
    const { host } = this.#options;
    const filtering = 'net.bridge.bridge-nf-call-iptables';
    const value = await host.sysctl(filtering, signal);
    if (value === '1') return 'bridge';
    if (value === undefined) return 'ptp';
    return host.setSysctl(filtering, '1', signal).then(
      () => 'bridge',
      () => 'ptp',
    );
  }
}

function uplinkOf(own: NodeView | undefined, links: readonly Link[]): Link | undefined {
  return links.find(({ addresses }) => addresses.some((address) => address.startsWith(`${own?.internalIp}/`)));
}
