// Speed of an API server, ours or another: create, patch, get, list and watch of pods. Reads SERVER, TOKEN, CA, and
// PODS (5000), CONNECTIONS (32), CREATORS (64), WATCHERS (200), UPDATES (300). Prints one JSON line a figure.
import { figure, inParallel, LoadClient, percentile, targetFromEnvironment } from './load-client.ts';

const number = (name: string, initial: number) => Number(process.env[name] ?? initial);
const PODS = number('PODS', 5000);
const CONNECTIONS = number('CONNECTIONS', 32);
const CREATORS = number('CREATORS', 64);
const WATCHERS = number('WATCHERS', 200);
const UPDATES = number('UPDATES', 300);

const target = targetFromEnvironment();
const namespace = `bench-${Date.now().toString(36)}`;
const base = `/api/v1/namespaces/${namespace}/pods`;

function pod(name: string): string {
  const env = Array.from({ length: 12 }, (_, i) => ({ name: `SETTING_${i}`, value: `value-${i}-of-a-usual-length` }));
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'bench', tier: `t${name.length % 4}` }, annotations: { note: 'x'.repeat(400) } },
    spec: {
      // No scheduler takes these, so that only the API server is measured.
      schedulerName: 'nobody',
      containers: ['main', 'side'].map((each) => ({
        name: each,
        image: 'registry.example/team/app:1.2.3',
        env,
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
      })),
    },
  });
}

async function run(): Promise<void> {
  const setup = new LoadClient(target, 4);
  await setup.send('POST', '/api/v1/namespaces', JSON.stringify({ metadata: { name: namespace } }));
  await setup
    .send('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, JSON.stringify({ metadata: { name: 'default' } }))
    .catch(() => {});
  try {
    await measure(setup);
  } finally {
    await setup.send('DELETE', base, JSON.stringify({ gracePeriodSeconds: 0 }), true);
    await setup.send('DELETE', `/api/v1/namespaces/${namespace}`);
    setup.close();
  }
}

async function measure(setup: LoadClient): Promise<void> {
  // A server may refuse pods until the namespace's account exists.
  for (let i = 0; ; i++) {
    try {
      await setup.send('POST', base, pod('first'));
      break;
    } catch (error) {
      if (i === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const creators = new LoadClient(target, CREATORS);
  await rate('create', PODS, CREATORS, (i) => creators.send('POST', base, pod(`p${i}`), true));
  const alone = await inParallel(100, 1, (i) => creators.send('POST', base, pod(`alone${i}`), true));
  figure('create alone p50', percentile(alone, 50), 'ms');
  await rate('strategic-merge patch', Math.min(PODS, 2000), CREATORS, (i) =>
    creators.send(
      'PATCH',
      `${base}/p${i % PODS}`,
      JSON.stringify({ metadata: { annotations: { round: `r${i}` } } }),
      true,
    ),
  );
  creators.close();

  const readers = new LoadClient(target, CONNECTIONS);
  await rate('get', PODS * 4, CONNECTIONS, (i) => readers.send('GET', `${base}/p${i % PODS}`, undefined, true));
  readers.close();

  const lister = new LoadClient(target, 1);
  await duration('list, consistent', 7, lister, base);
  await duration('list from cache', 7, lister, `${base}?resourceVersion=0`);
  await duration('list by field selector that matches none', 15, lister, `${base}?fieldSelector=spec.nodeName%3Dnone`);
  lister.close();
  await fanOut(setup);
}

async function rate(name: string, count: number, width: number, task: (i: number) => Promise<unknown>): Promise<void> {
  const began = performance.now();
  const times = await inParallel(count, width, task);
  const seconds = (performance.now() - began) / 1000;
  figure(name, count / seconds, '1/s', { p50ms: round(percentile(times, 50)), p99ms: round(percentile(times, 99)) });
}

async function duration(name: string, runs: number, client: LoadClient, path: string): Promise<void> {
  let bytes = 0;
  const times = await inParallel(runs, 1, async () => {
    ({ bytes } = await client.send('GET', path, undefined, true));
  });
  figure(name, percentile(times, 50), 'ms', { bytes });
}

/** One object changes UPDATES times while WATCHERS watch it; an event's delay counts from its change being sent. */
async function fanOut(client: LoadClient): Promise<void> {
  const delays: number[] = [];
  const sent = new Map<string, number>();
  let received = 0;
  let done: () => void = () => {};
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  const path = `${base}?watch=true&fieldSelector=metadata.name%3Dfirst`;
  const stops = await Promise.all(
    Array.from({ length: WATCHERS }, () =>
      client.watch(path, (line) => {
        const round = /"round":"(w\d+)"/.exec(line)?.[1];
        if (round === undefined) return;
        delays.push(performance.now() - (sent.get(round) ?? Number.NaN));
        if (++received === UPDATES * WATCHERS) done();
      }),
    ),
  );
  const writer = new LoadClient(target, 1);
  const began = performance.now();
  for (let i = 0; i < UPDATES; i++) {
    sent.set(`w${i}`, performance.now());
    await writer.send(
      'PATCH',
      `${base}/first`,
      JSON.stringify({ metadata: { annotations: { round: `w${i}` } } }),
      true,
    );
  }
  await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 30_000))]);
  const seconds = (performance.now() - began) / 1000;
  figure('fan-out', received / seconds, 'events/s', {
    watchers: WATCHERS,
    missing: UPDATES * WATCHERS - received,
    p50ms: round(percentile(delays, 50)),
    p99ms: round(percentile(delays, 99)),
  });
  for (const stop of stops) stop();
  writer.close();
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

await run();
process.exit(0);
