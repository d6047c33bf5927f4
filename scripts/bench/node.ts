// What a node of the compose cluster that .run/admin.kubeconfig names takes and gives: pods from create to Ready, exec of
// `true`, kubelet and cri-docker beside 30 idle pods, a big file out of a pod by kubectl cp. Needs kubectl, and to see the
// cluster's processes (root on the machine that runs it); and what hollow nodes take. Reads ONLY (a pattern of starts,
// exec, copy, idle, hollow), ROUNDS (5, of starts), EXECS (30), MEGABYTES (500), SECONDS (60, of idleness), HOLLOW_NODES
// (1000), HOLLOW_PODS (10, of each), IMAGE (busybox:1.36). One JSON line a figure, those by the clock with the load of the
// machine. ONLY=hollow needs no more than the KUBECONFIG of any API server, such as scripts/control-plane's.
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createApiClient, loadKubeconfig } from '@coxswain/client';
import { type ClusterProcess, clusterProcesses } from './cluster-processes.ts';
import { measureCopy } from './measure-copy.ts';
import { measureExec } from './measure-exec.ts';
import { measureHollow } from './measure-hollow.ts';
import { measureIdle } from './measure-idle.ts';
import { measurePodStarts } from './measure-pod-starts.ts';
import { PodStarts } from './pod-starts.ts';

const root = resolve(import.meta.dirname, '../..');
const number = (name: string, initial: number) => Number(process.env[name] ?? initial);
const ONLY = new RegExp(process.env['ONLY'] ?? '');
const SETTLE_MS = 15_000;
const kubeconfig = process.env['KUBECONFIG'] ?? join(root, '.run/admin.kubeconfig');
const client = createApiClient(loadKubeconfig(kubeconfig));
const starts = new PodStarts({ client, image: process.env['IMAGE'] ?? 'busybox:1.36' });
/** The first node, where pods of a figure that concerns one node run. */
const spec = { nodeSelector: { 'kubernetes.io/hostname': 'node-1' } };
const NODE = /[-_]node[-_]1$/;
const pod = 'target-0';

function onNode(): ClusterProcess[] {
  return clusterProcesses(root).filter(({ container }) => NODE.test(container));
}

async function measureNode(): Promise<void> {
  await starts.remove();
  if (ONLY.test('starts')) await measurePodStarts(starts, number('ROUNDS', 5));
  if (ONLY.test('exec') || ONLY.test('copy')) await starts.create('target', 1, spec);
  const node = onNode()[0]?.container ?? '';
  if (ONLY.test('exec')) await measureExec({ kubeconfig, pod, container: 'main', node }, number('EXECS', 30));
  if (ONLY.test('copy')) await measureCopy({ kubeconfig, pod }, number('MEGABYTES', 500));
  if (ONLY.test('idle')) {
    await starts.remove();
    await starts.create('idle', 30, spec);
    await pause(SETTLE_MS);
    const agents = onNode().filter(({ name }) => ['kubelet.mjs', 'cri-docker.mjs'].includes(name));
    await measureIdle('30 idle pods', agents, number('SECONDS', 60));
  }
}

try {
  if (['starts', 'exec', 'copy', 'idle'].some((each) => ONLY.test(each)))
    await measureNode().finally(() => starts.remove());
  if (ONLY.test('hollow'))
    await measureHollow({ client, kubeconfig, nodes: number('HOLLOW_NODES', 1000), pods: number('HOLLOW_PODS', 10) });
} finally {
  client.close();
}
