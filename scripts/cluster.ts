// What `up` asks of a running cluster: `wait --nodes N` until so many nodes are Ready, `retire --keep N` before the
// containers of the others go.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseFlags, UsageError } from '@coxswain/foundation';
import { type AdminClient, adminClient } from './lib/admin-client.ts';

const FLAGS = {
  nodes: { kind: 'number', default: 2, help: 'wait: how many nodes must be Ready' },
  keep: { kind: 'number', default: 2, help: 'retire: node-1 … node-N stay' },
  timeout: { kind: 'duration', default: '180s', help: 'give up after' },
} as const;

interface NodeObject {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}
interface PodObject {
  readonly metadata: { readonly name: string; readonly namespace: string };
}

const root = resolve(import.meta.dirname, '..');

try {
  const { flags, args } = parseFlags(FLAGS, process.argv.slice(2));
  const api = adminClient(readFileSync(join(root, '.run/admin.kubeconfig'), 'utf8'));
  const deadline = Date.now() + flags.timeout;
  if (args[0] === 'wait') await waitForNodes(api, flags.nodes, deadline);
  else if (args[0] === 'retire') await retireNodes(api, flags.keep, Math.min(deadline, Date.now() + 40_000));
  else throw new UsageError('usage: cluster.ts wait --nodes N | retire --keep N');
} catch (err) {
  console.error(err instanceof Error ? err.message : err);
  process.exit(1);
}

async function waitForNodes(api: AdminClient, want: number, deadline: number): Promise<void> {
  let last = 'the apiserver does not answer';
  for (;;) {
    try {
      const { items } = await api.get<{ items: NodeObject[] }>('/api/v1/nodes');
      const ready = items.filter((node) => numberOf(node) <= want && isReady(node)).map((node) => node.metadata.name);
      if (ready.length >= want) return;
      last = `Ready: ${ready.join(', ') || 'none'}`;
    } catch (err) {
      last = err instanceof Error ? err.message : String(err);
    }
    if (Date.now() > deadline)
      throw new Error(
        `not ${want} Ready nodes in time; ${last}. Look at: docker ps, docker logs, and in a node /var/log/coxswain/*.log`,
      );
    await sleep(200);
  }
}

/** Cordons the nodes above `keep`, deletes their pods, waits for them to go, then deletes the nodes. */
async function retireNodes(api: AdminClient, keep: number, deadline: number): Promise<void> {
  const { items } = await api.get<{ items: NodeObject[] }>('/api/v1/nodes');
  const names = items.filter((node) => numberOf(node) > keep && numberOf(node) < Infinity).map((n) => n.metadata.name);
  for (const name of names) {
    console.log(`retiring ${name}`);
    await api.send('PATCH', `/api/v1/nodes/${name}`, { spec: { unschedulable: true } });
  }
  for (const name of names) for (const pod of await podsOf(api, name)) await deletePod(api, pod);
  for (const name of names) {
    while ((await podsOf(api, name)).length > 0 && Date.now() < deadline) await sleep(500);
    for (const pod of await podsOf(api, name)) await deletePod(api, pod, 0);
    await api.send('DELETE', `/api/v1/nodes/${name}`);
  }
}

async function podsOf(api: AdminClient, node: string): Promise<PodObject[]> {
  return (await api.get<{ items: PodObject[] }>(`/api/v1/pods?fieldSelector=spec.nodeName%3D${node}`)).items;
}

async function deletePod(api: AdminClient, pod: PodObject, gracePeriodSeconds?: number): Promise<void> {
  const query = gracePeriodSeconds === undefined ? '' : `?gracePeriodSeconds=${gracePeriodSeconds}`;
  await api.send('DELETE', `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}${query}`);
}

function isReady(node: NodeObject): boolean {
  return node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** 3 of node-3; infinite for a node that is none of the compose cluster's. */
function numberOf(node: NodeObject): number {
  return Number(/^node-(\d+)$/.exec(node.metadata.name)?.[1] ?? Infinity);
}
