import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Node, nodeKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { silentLogger } from '@coxswain/foundation';
import { eventually, NetworkLab } from '@coxswain/foundation/testing';
import { CONFIG_FILE } from '../cni-config-file.ts';
import { createNetworkHost } from '../network-host.ts';
import { runPodNetwork } from '../run-pod-network.ts';

const PLUGINS = '/usr/lib/cni';

/** Namespaces as nodes with pod-network, and pods that the real CNI plugins attach by the configuration it writes. */
export class NodeLab {
  readonly lab = new NetworkLab();
  readonly client = new FakeApiClient();
  readonly #running = new Map<string, { readonly controller: AbortController; readonly ended: Promise<void> }>();
  #dir = '';

  static async create(): Promise<NodeLab> {
    const made = new NodeLab();
    made.#dir = await mkdtemp(join(tmpdir(), 'pod-network-'));
    return made;
  }

  addNode(name: string, podCIDR: string, address: string): void {
    this.client.add(nodeKind, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name },
      spec: { podCIDR, podCIDRs: [podCIDR] },
      status: { addresses: [{ type: 'InternalIP', address }] },
    } as Node);
  }

  /** Runs pod-network in the node's namespace until it is stopped or the lab closes. */
  start(node: string): void {
    const options = {
      client: this.client,
      log: silentLogger(),
      nodeName: node,
      clusterCidr: '10.244.0.0/16',
      serviceCidr: '10.96.0.0/16',
      cniConfDir: this.confDir(node),
      cniBinDir: PLUGINS,
      repairPeriodMs: 300,
      host: createNetworkHost(['ip', 'netns', 'exec', this.lab.ns(node)]),
    };
    const controller = new AbortController();
    this.#running.set(node, { controller, ended: runPodNetwork(options, controller.signal) });
  }

  /** Ends the node's pod-network; what it made stays. */
  async stop(node: string): Promise<void> {
    const running = this.#running.get(node);
    running?.controller.abort();
    await running?.ended;
    this.#running.delete(node);
  }

  confDir(node: string): string {
    return join(this.#dir, node);
  }

  async config(node: string) {
    const file = join(this.confDir(node), CONFIG_FILE);
    await eventually(() => existsSync(file));
    return JSON.parse(readFileSync(file, 'utf8'));
  }

  /**
   * Makes a pod's namespace and attaches it to its node by the chain of plugins; resolves with its address, an agent that
   * serves on 8080, and what detaches it again.
   */
  async pod(name: string, node: string, portMappings: readonly PortMapping[] = []) {
    await this.lab.namespace(name);
    const list = await this.config(node);
    const attached = await this.#cni('ADD', { name, node, list, portMappings });
    const agent = await this.lab.agent(name);
    await agent.serve(name, [8080]);
    const address: string = JSON.parse(attached).ips[0].address.split('/')[0];
    return { address, agent, detach: () => this.#cni('DEL', { name, node, list, portMappings, previous: attached }) };
  }

  /** Runs the plugins as a runtime does: each gets the result of the one before, DEL goes backwards. */
  async #cni(command: 'ADD' | 'DEL', { name, node, list, portMappings, previous = '' }: CniCall): Promise<string> {
    const env = [`CNI_COMMAND=${command}`, `CNI_CONTAINERID=${name}`, `CNI_NETNS=/run/netns/${this.lab.ns(name)}`];
    let result = previous;
    for (const plugin of command === 'ADD' ? list.plugins : list.plugins.toReversed()) {
      const input = {
        ...plugin,
        ...(plugin.ipam ? { ipam: { ...plugin.ipam, dataDir: join(this.#dir, 'ipam') } } : {}),
        ...(plugin.capabilities?.portMappings ? { runtimeConfig: { portMappings } } : {}),
        ...(result === '' ? {} : { prevResult: JSON.parse(result) }),
        name: list.name,
        cniVersion: list.cniVersion,
      };
      const program = ['env', ...env, 'CNI_IFNAME=eth0', `CNI_PATH=${PLUGINS}`, join(PLUGINS, plugin.type)];
      const output = await this.lab.run(node, program, JSON.stringify(input));
      if (command === 'ADD') result = output;
    }
    return result;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((node) => this.stop(node)));
    await this.lab.close();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

export interface PortMapping {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp';
  readonly hostIP?: string;
}

interface CniCall {
  readonly name: string;
  readonly node: string;
  // biome-ignore lint/suspicious/noExplicitAny: a configuration as the program wrote it
  readonly list: any;
  readonly portMappings: readonly PortMapping[];
  readonly previous?: string;
}
