import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { namespaceKind, nodeKind, type Pod, podKind, serviceAccountKind } from '@coxswain/api';
import { type ApiClient, createInformer } from '@coxswain/client';
import { silentLogger } from '@coxswain/foundation';
import { figure, inParallel } from './figures.ts';
import { ServerUsage } from './server-usage.ts';

export interface HollowOptions {
  readonly client: ApiClient;
  readonly kubeconfig: string;
  readonly nodes: number;
  /** On each node. */
  readonly pods: number;
}

const PREFIX = 'bench-hollow-';
const TIMEOUT_MS = 1_200_000;

/** Memory of so many hollow nodes in one process, each with its pods Running; pods are bound when they are created. */
export async function measureHollow({ client, kubeconfig, nodes: count, pods: each }: HollowOptions): Promise<void> {
  const namespace = `hollow-${Date.now().toString(36)}`;
  const stop = new AbortController();
  const pods = createInformer(client, podKind, { namespace }, { log: silentLogger() });
  const nodes = createInformer(client, nodeKind, {}, { log: silentLogger() });
  const running = [pods.run(stop.signal), nodes.run(stop.signal)];
  const sim = startSim(kubeconfig, count);
  const usage = new ServerUsage(String(sim.pid));
  const began = performance.now();
  const until = async (what: string, reached: () => boolean) => {
    while (!reached()) {
      if (performance.now() - began > TIMEOUT_MS || sim.exitCode !== null) throw new Error(`${what}: not reached`);
      await pause(100);
    }
  };
  const ours = () => nodes.lister.list().filter(({ metadata }) => metadata.name.startsWith(PREFIX));
  const report = (what: string) => {
    const { rss, pss } = usage.memoryMegabytes() ?? { rss: 0, pss: 0 };
    const processor = Math.round((usage.cpuMicroseconds() ?? 0) / 1e6);
    figure(what, rss, 'MB', {
      pss: Math.round(pss),
      processorSeconds: processor,
      seconds: Math.round((performance.now() - began) / 1000),
    });
  };
  try {
    await until('hollow nodes', () => ours().length >= count);
    report(`${count} hollow nodes in one process, resident`);
    await client.resource(namespaceKind).create({ metadata: { name: namespace }, spec: {} });
    // Where no controller-manager makes it.
    await client
      .resource(serviceAccountKind)
      .create({ metadata: { name: 'default', namespace } })
      .catch(() => {});
    await inParallel(count * each, 16, (i) => client.resource(podKind).create(pod(i, namespace, count)));
    const runs = ({ status }: Pod) => status?.phase === 'Running';
    await until('pods Running', () => pods.lister.list().filter(runs).length === count * each);
    report(`${count} hollow nodes with ${count * each} pods in one process, resident`);
  } finally {
    sim.kill();
    await inParallel(pods.lister.list().length, 16, (i) => removePod(client, pod(i, namespace, count)));
    await client
      .resource(namespaceKind)
      .delete(namespace)
      .catch(() => {});
    await inParallel(count, 16, (i) =>
      client
        .resource(nodeKind)
        .delete(`${PREFIX}${i}`)
        .catch(() => {}),
    );
    stop.abort();
    await Promise.all(running);
  }
}

function startSim(kubeconfig: string, nodes: number): ChildProcess {
  const main = `${import.meta.dirname}/../../packages/sim/src/main.ts`;
  const args = [main, '--kubeconfig', kubeconfig, '--nodes', String(nodes), '--name-prefix', PREFIX, '-v', '-1'];
  return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function removePod(client: ApiClient, { metadata }: Pod): Promise<void> {
  const { name, namespace } = metadata;
  if (namespace !== undefined)
    await client
      .resource(podKind)
      .delete(name, { namespace, gracePeriodSeconds: 0 })
      .catch(() => {});
}

function pod(i: number, namespace: string, nodes: number): Pod {
  return {
    metadata: { name: `p${i}`, namespace },
    spec: {
      nodeName: `${PREFIX}${i % nodes}`,
      automountServiceAccountToken: false,
      containers: [{ name: 'main', image: 'busybox:1.36' }],
    },
  };
}
