// Figures of the compose cluster that .run/admin.kubeconfig names: how fast pods start with a local image, one alone and
// 30 at once, and how much memory every process takes. IMAGE (busybox:1.36), ROUNDS (5). One JSON line a figure.
// bench:node tells more of what a node costs.
import { join, resolve } from 'node:path';
import { createApiClient, loadKubeconfig } from '@coxswain/client';
import { clusterProcesses } from './cluster-processes.ts';
import { figure } from './figures.ts';
import { measurePodStarts } from './measure-pod-starts.ts';
import { PodStarts } from './pod-starts.ts';

const root = resolve(import.meta.dirname, '../..');
const client = createApiClient(loadKubeconfig(process.env['KUBECONFIG'] ?? join(root, '.run/admin.kubeconfig')));

for (const { container, name, usage } of clusterProcesses(root)) {
  const { rss, pss } = usage.memoryMegabytes() ?? { rss: 0, pss: 0 };
  if (rss > 8) figure('resident memory', rss, 'MB', { pss: Math.round(pss * 10) / 10, container, process: name });
}
const starts = new PodStarts({ client, image: process.env['IMAGE'] ?? 'busybox:1.36' });
await measurePodStarts(starts, Number(process.env['ROUNDS'] ?? 5));
client.close();
