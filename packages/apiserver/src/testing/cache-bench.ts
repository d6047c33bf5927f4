// Figures of storage and cache without HTTP: `node --expose-gc packages/apiserver/src/testing/cache-bench.ts`.
// PODS, WATCHERS, UPDATES in the environment; prints one JSON line a figure. Needs etcd.
import type { KubeObject } from '@coxswain/api';
import { silentLogger } from '@coxswain/foundation';
import { joinFrames } from '../cache/join-frames.ts';
import { jsonWatchEncoding } from '../cache/json-watch-encoding.ts';
import { WatchCaches } from '../cache/watch-caches.ts';
import { encodeStored } from '../storage/encode-stored.ts';
import { EtcdStorage } from '../storage/etcd/etcd-storage.ts';
import { storageKey } from '../storage/storage-path.ts';
import { EtcdServer } from './etcd-server.ts';
import { pods } from './sample-objects.ts';

const env = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const PODS = env('PODS', 5200);
const WATCHERS = env('WATCHERS', 200);
const UPDATES = env('UPDATES', 2000);

function pod(i: number, label = String(i % 4)): KubeObject {
  const name = `pod-${i}`;
  const metadata = { name, namespace: `ns-${i % 10}`, uid: name, labels: { app: 'bench', quarter: label } };
  const env = Array.from({ length: 24 }, (_, n) => ({ name: `VARIABLE_${n}`, value: `${'value '.repeat(12)}${n}` }));
  const spec = { nodeName: `node-${i % 50}`, containers: [{ name: 'main', image: 'nginx', env }] };
  return { kind: 'Pod', apiVersion: 'v1', metadata, spec, status: { phase: 'Running' } } as KubeObject;
}

function report(figure: string, value: number, unit: string): void {
  console.log(JSON.stringify({ figure, value: Math.round(value * 100) / 100, unit }));
}

async function memory(when: string): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    globalThis.gc?.();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  report(`resident ${when}`, rss / 2 ** 20, 'MB');
  report(`heap ${when}`, heapUsed / 2 ** 20, 'MB');
  report(`external ${when}`, external / 2 ** 20, 'MB');
}

async function inParallel(count: number, parallel: number, run: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

const server = await EtcdServer.start();
const controller = new AbortController();
try {
  const storage = new EtcdStorage({ servers: [server.url] });
  await memory('before');
  const keyOf = (i: number) => storageKey(pods, `ns-${i % 10}`, `pod-${i}`);
  const bytes = encodeStored(pod(0)).length;
  report('pod', bytes, 'bytes');
  let start = performance.now();
  let cpu = process.cpuUsage();
  await inParallel(PODS, 64, (i) => storage.create(keyOf(i), encodeStored(pod(i))));
  report('create', PODS / ((performance.now() - start) / 1000), '1/s');
  const used = process.cpuUsage(cpu);
  report('create cpu', (used.user + used.system) / PODS, 'us');

  start = performance.now();
  const caches = new WatchCaches({ storage, kinds: [pods], log: silentLogger() });
  const running = caches.run(controller.signal);
  await caches.waitUntilReady(controller.signal);
  report('fill', performance.now() - start, 'ms');
  await memory('filled');

  const cache = caches.forKind(pods);
  const timed = (figure: string, run: () => unknown) => {
    for (let i = 0; i < 20; i++) run();
    const from = performance.now();
    for (let i = 0; i < 50; i++) run();
    report(figure, (performance.now() - from) / 50, 'ms');
  };
  timed('list all', () => cache.list({}));
  timed('list by label', () => cache.list({ predicate: ({ labels }) => labels['quarter'] !== '0' }));
  timed('list by field that matches none', () =>
    cache.list({ predicate: ({ fields }) => fields['spec.nodeName'] === 'none' }),
  );
  start = performance.now();
  for (let i = 0; i < 200; i++) await cache.waitForRevision(await caches.currentRevision());
  report('consistent read, alone', (performance.now() - start) / 200, 'ms');

  const encoding = jsonWatchEncoding(pods);
  let seen = 0;
  let written = 0;
  for (let w = 0; w < WATCHERS; w++) {
    const result = cache.watch({ start: 'now', signal: controller.signal });
    if (result.outcome !== 'watching') throw new Error(result.message);
    const { watch } = result;
    void (async () => {
      for await (const batch of watch) {
        seen += batch.length;
        written += joinFrames(batch, encoding).length;
      }
    })();
  }
  start = performance.now();
  cpu = process.cpuUsage();
  let current = (await storage.get(keyOf(0)))?.revision ?? 0;
  for (let i = 0; i < UPDATES; i++) {
    const result = await storage.update(keyOf(0), current, encodeStored(pod(0, String(i))));
    if (result.outcome === 'updated') current = result.revision;
  }
  while (seen < UPDATES * WATCHERS) await new Promise((resolve) => setTimeout(resolve, 1));
  report('fan-out of one hot object', seen / ((performance.now() - start) / 1000), 'events/s');
  const hot = process.cpuUsage(cpu);
  report('fan-out cpu, update included', (hot.user + hot.system) / seen, 'us/event');
  report('fan-out', written / 2 ** 20, 'MB');
  await memory('afterwards');
  controller.abort();
  await running;
  storage.close();
} finally {
  controller.abort();
  await server.remove();
}
