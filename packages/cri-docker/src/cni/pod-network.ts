import type { PodSandboxMetadata, PortMapping } from '@coxswain/cri';
import type { Logger } from '@coxswain/foundation';
import { hasLoopback } from './has-loopback.ts';
import { loadNetworkList, type NetworkList } from './network-list.ts';
import { cniArgs, isIdle, pluginConf } from './plugin-conf.ts';
import { findPlugin, type PluginCall, runPlugin } from './run-plugin.ts';

export interface PodNetworkOptions {
  readonly confDir: string;
  /** Directories with the plugins, `:` between. */
  readonly binDir: string;
  readonly log: Logger;
}

/** One sandbox's attachment to a network: enough to take it away again, whatever the configuration says by then. */
export interface Attachment {
  readonly containerId: string;
  readonly pod: PodSandboxMetadata;
  readonly list: NetworkList;
  readonly portMappings: readonly PortMapping[];
  /** The last plugin's result, once all have succeeded. */
  readonly result?: object;
}

const LOOPBACK: NetworkList = { name: 'cni-loopback', cniVersion: '0.4.0', plugins: [{ type: 'loopback' }] };

/** Executes the CNI plugins for sandboxes. */
export class PodNetwork {
  readonly #options: PodNetworkOptions;

  constructor(options: PodNetworkOptions) {
    this.#options = options;
  }

  /** The configuration that new sandboxes get. @throws CniError when the network isn't ready */
  async current(): Promise<NetworkList> {
    const list = await loadNetworkList(this.#options.confDir);
    for (const { type } of list.plugins) await findPlugin(type, this.#options.binDir);
    return list;
  }

  /** Runs ADD of every plugin in order that has something to do, and returns the result. @throws CniError */
  async add(attachment: Attachment, netns: string, signal?: AbortSignal): Promise<object> {
    const { list, portMappings } = attachment;
    let result: object | undefined;
    const chain = (async () => {
      for (const plugin of list.plugins.filter((each) => !isIdle(each, portMappings)))
        result = await runPlugin(
          plugin.type,
          pluginConf(list, plugin, result, portMappings),
          this.#call('ADD', attachment, netns, signal),
        );
    })();
    await Promise.all([this.#loopback(attachment, netns, signal), chain]);
    return result ?? {};
  }

  /** Runs DEL of the same plugins in reverse order; every plugin gets its turn. @throws the first failure at the end */
  async del(attachment: Attachment, netns: string, signal?: AbortSignal): Promise<void> {
    const { list, portMappings, result } = attachment;
    let failure: unknown;
    for (const plugin of list.plugins.filter((each) => !isIdle(each, portMappings)).reverse()) {
      try {
        await runPlugin(
          plugin.type,
          pluginConf(list, plugin, result, portMappings),
          this.#call('DEL', attachment, netns, signal),
        );
      } catch (err) {
        this.#options.log.warn(
          { err, plugin: plugin.type, sandbox: attachment.containerId },
          'network teardown failed',
        );
        failure ??= err;
      }
    }
    if (failure !== undefined) throw failure;
  }

  /** Docker has set it up for containers without a network; other engines may not. */
  async #loopback(attachment: Attachment, netns: string, signal?: AbortSignal): Promise<void> {
    if (await hasLoopback(netns)) return;
    const call = { ...this.#call('ADD', attachment, netns, signal), ifName: 'lo' };
    await runPlugin('loopback', pluginConf(LOOPBACK, LOOPBACK.plugins[0]!, undefined, []), call);
  }

  #call(command: 'ADD' | 'DEL', { containerId, pod }: Attachment, netns: string, signal?: AbortSignal): PluginCall {
    const { binDir } = this.#options;
    return { command, containerId, netns, ifName: 'eth0', args: cniArgs(pod, containerId), binDir, signal };
  }
}
