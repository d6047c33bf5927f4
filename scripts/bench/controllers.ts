// Speed of the controllers and of what runs pods: Deployments scaled from 0 on hollow nodes that this program starts
// (packages/sim) against the control plane of KUBECONFIG. Reads NODES (1000), REPLICAS (1000) of each Deployment, and
// DEPLOYMENTS (1), scaled one after another; CONTROLLER_MANAGER_PID, SCHEDULER_PID and APISERVER_PID for their
// memory at the end. With BUNDLES=1 it runs the scheduler and the controller-manager itself, from dist/ and with the
// options of the image, against a control plane without them. Prints one JSON line a figure.
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { type Deployment, deploymentKind, namespaceKind, nodeKind, podKind } from '@coxswain/api';
import { createApiClient, createInformer, loadKubeconfig } from '@coxswain/client';
import { silentLogger } from '@coxswain/foundation';
import { figure } from './figures.ts';
import { ServerUsage } from './server-usage.ts';

const number = (name: string, initial: number) => Number(process.env[name] ?? initial);
const NODES = number('NODES', 1000);
const REPLICAS = number('REPLICAS', 1000);
const DEPLOYMENTS = number('DEPLOYMENTS', 1);
const TIMEOUT_MS = 900_000;
const kubeconfig = process.env['KUBECONFIG'];
if (!kubeconfig) throw new Error('set KUBECONFIG; scripts/control-plane up writes it to DIR/env');

const client = createApiClient(loadKubeconfig(kubeconfig));
const namespace = `bench-${Date.now().toString(36)}`;
const stop = new AbortController();
const { signal } = stop;
const pods = createInformer(client, podKind, { namespace }, { log: silentLogger() });
const nodes = createInformer(client, nodeKind, {}, { log: silentLogger() });

function deployment(name: string): Deployment {
  const labels = { app: name };
  return {
    metadata: { name, namespace },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { name: '', labels }, spec: { containers: [{ name: 'main', image: 'busybox:1.36' }] } },
    },
  };
}

function startHollowNodes(): ChildProcess {
  const main = `${import.meta.dirname}/../../packages/sim/src/main.ts`;
  const args = [main, '--kubeconfig', kubeconfig as string, '--nodes', String(NODES), '-v', '-1'];
  return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** A service as it is deployed: its bundle (npm run bundle) under the image's NODE_OPTIONS. */
function startBundle(name: string): ChildProcess {
  const args = [`${import.meta.dirname}/../../dist/${name}.mjs`, `--kubeconfig=${kubeconfig}`, '--leader-elect=false'];
  const env = { ...process.env, NODE_OPTIONS: '--max-semi-space-size=8', MALLOC_ARENA_MAX: '2' };
  const child = spawn(process.execPath, [...args, '--secure-port=0'], { stdio: ['ignore', 'ignore', 'inherit'], env });
  process.env[`${name.toUpperCase().replace('-', '_')}_PID`] = String(child.pid);
  return child;
}

async function until(what: string, reached: () => boolean): Promise<number> {
  const began = performance.now();
  while (!reached()) {
    if (performance.now() - began > TIMEOUT_MS) throw new Error(`${what}: not within ${TIMEOUT_MS / 1000} s`);
    await pause(20);
  }
  return (performance.now() - began) / 1000;
}

const readyNodes = () =>
  nodes.lister
    .list()
    .filter(({ status }) => status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
    .length;

async function scale(name: string, usage: ServerUsage): Promise<void> {
  const ours = () => pods.lister.list().filter(({ metadata }) => metadata.labels?.['app'] === name);
  const deployments = client.resource(deploymentKind);
  await deployments.create(deployment(name));
  const cpu = usage.cpuMicroseconds();
  await deployments.patch(name, { type: 'merge', body: { spec: { replicas: REPLICAS } } }, { namespace });
  const all = { nodes: NODES, replicas: REPLICAS, deployment: name };
  const began = performance.now();
  const since = () => (performance.now() - began) / 1000;
  await until('pods created', () => ours().length === REPLICAS);
  figure('Deployment 0 to all pods created', since(), 's', all);
  await until('pods Running', () => ours().filter(({ status }) => status?.phase === 'Running').length === REPLICAS);
  const spent = usage.cpuMicroseconds();
  const cpuSeconds = cpu === undefined || spent === undefined ? {} : { controllerManagerCpu: (spent - cpu) / 1e6 };
  figure('Deployment 0 to all pods Running', since(), 's', { ...all, ...cpuSeconds });
}

const running = [pods.run(signal), nodes.run(signal)];
const bundles = process.env['BUNDLES'] === '1' ? ['scheduler', 'controller-manager'].map(startBundle) : [];
const sim = startHollowNodes();
const controllerManager = new ServerUsage(process.env['CONTROLLER_MANAGER_PID']);
try {
  figure('hollow nodes Ready', await until('hollow nodes', () => readyNodes() >= NODES), 's', { nodes: NODES });
  await client.resource(namespaceKind).create({ metadata: { name: namespace }, spec: {} });
  for (let i = 0; i < DEPLOYMENTS; i++) await scale(`web-${i}`, controllerManager);
  const total = { nodes: NODES, pods: pods.lister.list().length };
  figure('hollow nodes', new ServerUsage(String(sim.pid)).residentMegabytes() ?? 0, 'MB', total);
  for (const name of ['CONTROLLER_MANAGER', 'SCHEDULER', 'APISERVER']) {
    const megabytes = new ServerUsage(process.env[`${name}_PID`]).residentMegabytes();
    if (megabytes !== undefined) figure(name.toLowerCase().replace('_', '-'), megabytes, 'MB', total);
  }
} finally {
  await client
    .resource(namespaceKind)
    .delete(namespace)
    .catch(() => {});
  await until('pods deleted', () => pods.lister.list().length === 0).catch(() => {});
  sim.kill();
  for (const bundle of bundles) bundle.kill();
  for (const { metadata } of nodes.lister.list())
    if (metadata.name.startsWith('hollow-node-'))
      await client
        .resource(nodeKind)
        .delete(metadata.name)
        .catch(() => {});
  stop.abort();
  await Promise.all(running);
  client.close();
}
