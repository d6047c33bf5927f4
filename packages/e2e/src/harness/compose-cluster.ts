import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ApiClient, createApiClient, loadKubeconfig } from '@coxswain/client';
import { eventually } from '@coxswain/foundation/testing';
import { KubectlRunner } from './kubectl.ts';
import { output, type RunResult, run } from './run.ts';

export const root = resolve(import.meta.dirname, '../../../..');

export interface NodeSummary {
  readonly name: string;
  readonly ready: boolean;
}

/** The compose cluster of this checkout, brought up by the same command that a person types. */
export class ComposeCluster {
  readonly kubeconfig = join(root, '.run/admin.kubeconfig');

  static async up(nodes = 2): Promise<ComposeCluster> {
    await output(join(root, 'scripts/up'), ['--nodes', String(nodes)], { timeoutMs: 900_000 });
    return new ComposeCluster();
  }

  kubectl(): KubectlRunner {
    return new KubectlRunner(this.kubeconfig);
  }

  client(): ApiClient {
    return createApiClient(loadKubeconfig(this.kubeconfig));
  }

  async scale(nodes: number): Promise<void> {
    await output(join(root, 'scripts/up'), ['--nodes', String(nodes)], { timeoutMs: 300_000 });
  }

  /** The container id of a compose service's n-th container, running or not. */
  async container(service: string, number = 1): Promise<string> {
    const project = await projectName();
    const id = await output('docker', [
      'ps',
      '-aq',
      '--no-trunc',
      '--filter',
      `label=com.docker.compose.project=${project}`,
      '--filter',
      `label=com.docker.compose.service=${service}`,
      '--filter',
      `label=com.docker.compose.container-number=${number}`,
    ]);
    if (id.trim() === '') throw new Error(`no container of ${service} ${number} in project ${project}`);
    return id.trim();
  }

  /** Runs a program inside a node's container, `node-1` and so on. */
  async inNode(node: string, command: readonly string[]): Promise<string> {
    return output('docker', ['exec', await this.#nodeContainer(node), ...command]);
  }

  /** The process of one of a node's supervised programs, `kubelet` and so on; '' while there is none. */
  async programPid(node: string, program: string): Promise<string> {
    return (await this.inNode(node, ['cat', `/run/coxswain/service/${program}/supervise/pid`])).trim();
  }

  /** Ends one of a node's supervised programs, as a crash does; resolves with the process that it was. */
  async killProgram(node: string, program: string): Promise<string> {
    const pid = await this.programPid(node, program);
    await this.inNode(node, ['kill', '-9', pid]);
    return pid;
  }

  async tryInNode(node: string, command: readonly string[]): Promise<RunResult> {
    return run('docker', ['exec', await this.#nodeContainer(node), ...command]);
  }

  /** Runs a program inside a pod's container, by the node's own engine. */
  async inPod(node: string, namespace: string, pod: string, container: string, command: readonly string[]) {
    const id = await this.containerInNode(node, namespace, pod, container);
    return this.inNode(node, ['docker', 'exec', id, ...command]);
  }

  /** The engine's id of a pod's running container. */
  async containerInNode(node: string, namespace: string, pod: string, container: string): Promise<string> {
    const ids = await this.inNode(node, [
      'docker',
      'ps',
      '-q',
      '--no-trunc',
      '--filter',
      `label=io.kubernetes.pod.name=${pod}`,
      '--filter',
      `label=io.kubernetes.pod.namespace=${namespace}`,
      '--filter',
      `label=io.kubernetes.container.name=${container}`,
    ]);
    const [id] = ids.trim().split('\n');
    if (!id) throw new Error(`no running container ${container} of pod ${namespace}/${pod} on ${node}`);
    return id;
  }

  /** The node container's address on the compose network. */
  async nodeAddress(node: string): Promise<string> {
    const text = await output('docker', [
      'inspect',
      '-f',
      '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
      await this.#nodeContainer(node),
    ]);
    return text.trim();
  }

  async nodes(): Promise<NodeSummary[]> {
    const { items } = await this.kubectl().json<{ items: NodeJson[] }>(['get', 'nodes']);
    return items.map(({ metadata, status }) => ({
      name: metadata.name,
      ready: status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false,
    }));
  }

  async waitForNodes(count: number, timeout = 120_000): Promise<void> {
    await eventually(
      async () => {
        const ready = (await this.nodes()).filter((node) => node.ready).length;
        if (ready < count) throw new Error(`${ready} of ${count} nodes are Ready`);
      },
      { timeout, interval: 500 },
    );
  }

  /** `docker stop`, `start`, `kill`, `restart` of a compose service's container. */
  async docker(action: 'stop' | 'start' | 'kill' | 'restart', service: string, number = 1): Promise<void> {
    await output('docker', [action, await this.container(service, number)], { timeoutMs: 120_000 });
  }

  async #nodeContainer(node: string): Promise<string> {
    return this.container('node', Number(/\d+$/.exec(node)?.[0]));
  }
}

interface NodeJson {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

export async function projectName(): Promise<string> {
  return (
    process.env['COMPOSE_PROJECT_NAME'] ??
    /^COMPOSE_PROJECT_NAME=(.+)$/m.exec(readFileSync(join(root, '.env'), 'utf8'))?.[1] ??
    'coxswain'
  );
}
