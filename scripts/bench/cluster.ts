// Figures of the compose cluster that .run/admin.kubeconfig names: how fast pods start with a local image, one alone and
// 30 at once, and how much memory every process takes. IMAGE (busybox:1.36), ROUNDS (5). One JSON line a figure.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Pod, podKind } from '@coxswain/api';
import { createApiClient, loadKubeconfig } from '@coxswain/client';
import { figure, percentile } from './figures.ts';

const root = resolve(import.meta.dirname, '../..');
const IMAGE = process.env['IMAGE'] ?? 'busybox:1.36';
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const client = createApiClient(loadKubeconfig(process.env['KUBECONFIG'] ?? join(root, '.run/admin.kubeconfig')));
const pods = client.resource(podKind);
const namespace = 'default';

function pod(name: string): Pod {
  return {
    metadata: { name, namespace, labels: { app: 'bench' } },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', image: IMAGE, command: ['sleep', 'infinity'] }],
    },
  };
}

/** Creates `count` pods at once and resolves with each one's milliseconds from create to Ready; then they are gone again. */
async function start(prefix: string, count: number): Promise<number[]> {
  const names = new Set(Array.from({ length: count }, (_, i) => `${prefix}-${i}`));
  const { resourceVersion } = await pods.list({ namespace, labelSelector: 'app=bench' });
  const watching = new AbortController();
  const events = pods.watch({ namespace, labelSelector: 'app=bench', resourceVersion, signal: watching.signal });
  const began = new Map<string, number>();
  const times = new Map<string, number>();
  const ready = (async () => {
    for await (const event of events) {
      if (event.type === 'BOOKMARK') continue;
      const { name } = event.object.metadata;
      const isReady = event.object.status?.conditions?.some(
        ({ type, status }) => type === 'Ready' && status === 'True',
      );
      if (isReady && names.has(name) && !times.has(name)) times.set(name, performance.now() - (began.get(name) ?? 0));
      if (times.size === count) return;
    }
  })();
  const timeout = setTimeout(
    () => watching.abort(new Error(`${times.size} of ${count} pods were Ready in 120 s`)),
    120_000,
  );
  await Promise.all(
    [...names].map(async (name) => {
      began.set(name, performance.now());
      await pods.create(pod(name));
    }),
  );
  await ready;
  clearTimeout(timeout);
  watching.abort();
  await Promise.all([...names].map((name) => pods.delete(name, { namespace })));
  while ((await pods.list({ namespace, labelSelector: 'app=bench' })).items.length > 0)
    await new Promise((resolvePause) => setTimeout(resolvePause, 100));
  return [...times.values()];
}

/** Resident memory of every process of the cluster, by its program and container. */
function memory(): void {
  const project =
    process.env['COMPOSE_PROJECT_NAME'] ??
    /^COMPOSE_PROJECT_NAME=(.+)$/m.exec(readFileSync(join(root, '.env'), 'utf8'))?.[1] ??
    'coxswain';
  const ids = execFileSync('docker', ['ps', '-q', '--filter', `label=com.docker.compose.project=${project}`], {
    encoding: 'utf8',
  });
  const names = new Map<string, string>();
  for (const id of ids.trim().split('\n')) {
    const text = execFileSync('docker', ['inspect', '-f', '{{.Id}} {{.Name}}', id], { encoding: 'utf8' }).trim();
    const [full = '', name = ''] = text.split(' ');
    names.set(full, name.replace(/^\//, ''));
  }
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const cgroup = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
      const container = [...names].find(([id]) => cgroup.includes(id))?.[1];
      if (container === undefined) continue;
      const [program = '', script = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
      const name = program.endsWith('node') ? script.replace(/^.*\//, '') : program.replace(/^.*\//, '');
      if (kilobytes > 8192) figure('resident memory', kilobytes / 1024, 'MB', { container, process: name });
    } catch {
      // The process ended meanwhile.
    }
  }
}

memory();
await start('warm', 2);
const alone: number[] = [];
for (let i = 0; i < ROUNDS; i++) alone.push(...(await start(`alone${i}`, 1)));
figure('pod start alone p50', percentile(alone, 50), 'ms', { max: Math.round(Math.max(...alone)) });
const together = await start('together', 30);
figure('pod start, 30 at once, p50', percentile(together, 50), 'ms');
figure('pod start, 30 at once, p99', percentile(together, 99), 'ms');
client.close();
