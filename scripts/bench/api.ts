// Speed of an API server, ours or another: create, patch, get, list and watch of pods. Reads SERVER, TOKEN, CA, and
// PODS (5200), CONNECTIONS (32), CREATORS (64), WATCHERS (200), UPDATES (300), SECONDS (5, of gets), ONLY (a pattern of
// figures), PID (the server's, for its processor time and memory; found by the port when it runs on this machine).
// Prints one JSON line a figure. Gets need wrk and watches curl (Debian's packages); without them both are done from
// here, which is said and costs more than the server.
import { hasCurl, openCurlWatches } from './curl-watches.ts';
import { figure, inParallel, percentile } from './figures.ts';
import { listenerPid } from './listener-pid.ts';
import { RawConnection, rawRequest } from './raw-connection.ts';
import { openRawWatch } from './raw-watch.ts';
import { ServerUsage } from './server-usage.ts';
import { targetFromEnvironment } from './target.ts';
import { hasWrk, runWrk } from './wrk.ts';

const number = (name: string, initial: number) => Number(process.env[name] ?? initial);
const PODS = number('PODS', 5200);
const CONNECTIONS = number('CONNECTIONS', 32);
const CREATORS = number('CREATORS', 64);
const WATCHERS = number('WATCHERS', 200);
const UPDATES = number('UPDATES', 300);
const SECONDS = number('SECONDS', 5);
/** After so long without an event those that are missing do not come any more. */
const QUIET_MS = 5_000;
const ONLY = new RegExp(process.env['ONLY'] ?? '');

const target = targetFromEnvironment();
const usage = new ServerUsage(process.env['PID'] ?? localPid(target.server));
if (!hasWrk()) console.error('wrk is missing (apt-get install wrk): the client will limit the rate of gets');
if (!hasCurl()) console.error('curl is missing (apt-get install curl): the client will limit the rate of events');
const namespace = `bench-${Date.now().toString(36)}`;
const base = `/api/v1/namespaces/${namespace}/pods`;
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

function pod(name: string, tier = 0): string {
  const env = Array.from({ length: 12 }, (_, i) => ({ name: `SETTING_${i}`, value: `value-${i}-of-a-usual-length` }));
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'bench', tier: `t${tier % 4}` }, annotations: { note: 'x'.repeat(400) } },
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

/** A server elsewhere is no process of ours. */
function localPid(server: string): string | undefined {
  const { hostname, port } = new URL(server);
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname) ? listenerPid(Number(port || 443)) : undefined;
}

function annotate(round: string): string {
  return JSON.stringify({ metadata: { annotations: { round } } });
}

async function run(): Promise<void> {
  const setup = await RawConnection.open(target);
  const send = (method: string, path: string, body?: string) =>
    setup.send(rawRequest(target, method, path, body === undefined ? {} : { body }));
  figure('resident before', usage.residentMegabytes() ?? Number.NaN, 'MB');
  await send('POST', '/api/v1/namespaces', JSON.stringify({ metadata: { name: namespace } }));
  const account = JSON.stringify({ metadata: { name: 'default' } });
  await send('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, account).catch(() => {});
  try {
    // A server may refuse pods until the namespace's account is known to it.
    for (let i = 0; ; i++) {
      try {
        await send('POST', base, pod('first'));
        break;
      } catch (error) {
        if (i === 50) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    await writes();
    await gets();
    await lists();
    await fanOut();
    figure('resident after', usage.residentMegabytes() ?? Number.NaN, 'MB');
  } finally {
    // A busy server may need more time for all of them than it grants one request.
    for (let i = 0; i < 10; i++) {
      const done = send('DELETE', base, JSON.stringify({ gracePeriodSeconds: 0 }));
      if (await done.then(() => true).catch(() => false)) break;
    }
    await send('DELETE', `/api/v1/namespaces/${namespace}`);
    setup.close();
  }
}

async function writes(): Promise<void> {
  const lanes = await connections(CREATORS);
  const create = (i: number, lane: number) =>
    (lanes[lane] as RawConnection).send(rawRequest(target, 'POST', base, { body: pod(`p${i}`, i) }));
  await rate('create', PODS, CREATORS, create);
  const alone = await inParallel(100, 1, (i) => create(PODS + i, 0));
  figure('create alone p50', percentile(alone, 50), 'ms');
  if (ONLY.test('strategic-merge patch'))
    await rate('strategic-merge patch', PODS, CREATORS, (i, lane) =>
      (lanes[lane] as RawConnection).send(
        rawRequest(target, 'PATCH', `${base}/p${i % PODS}`, { body: annotate(`r${i}`) }),
      ),
    );
  for (const lane of lanes) lane.close();
}

async function gets(): Promise<void> {
  if (!ONLY.test('get')) return;
  if (hasWrk()) {
    const options = { prefix: `${base}/p`, count: PODS, connections: CONNECTIONS, seconds: SECONDS };
    // To warm up; what goes wrong here shows in the run that counts.
    await runWrk(target, { ...options, seconds: 2 }).catch(() => {});
    const before = usage.cpuMicroseconds();
    const { requests, seconds, p50ms, p99ms } = await runWrk(target, options);
    const after = usage.cpuMicroseconds();
    const cpu = before === undefined || after === undefined ? {} : { cpuUs: round((after - before) / requests) };
    figure('get', requests / seconds, '1/s', { p50ms, p99ms, ...cpu });
    return;
  }
  const lanes = await connections(CONNECTIONS);
  await rate('get (without wrk)', PODS * 4, CONNECTIONS, (i, lane) =>
    (lanes[lane] as RawConnection).send(rawRequest(target, 'GET', `${base}/p${i % PODS}`)),
  );
  for (const lane of lanes) lane.close();
}

async function lists(): Promise<void> {
  await duration('list, consistent', 15, base);
  await duration('list from cache', 15, `${base}?resourceVersion=0`);
  await duration('list by field selector that matches none', 40, `${base}?fieldSelector=spec.nodeName%3Dnone`);
  await duration('list by label selector that matches 3/4', 15, `${base}?labelSelector=tier+notin+(t1)`);
  await duration('list of 500', 40, `${base}?limit=500`);
  await duration('table of 500', 40, `${base}?limit=500`, TABLE);
}

function connections(count: number): Promise<RawConnection[]> {
  return Promise.all(Array.from({ length: count }, () => RawConnection.open(target)));
}

async function rate(
  name: string,
  count: number,
  width: number,
  task: (i: number, lane: number) => Promise<unknown>,
): Promise<void> {
  const began = performance.now();
  const { result: times, cpu } = await usage.during(count, () => inParallel(count, width, task));
  const seconds = (performance.now() - began) / 1000;
  const more = { p50ms: round(percentile(times, 50)), p99ms: round(percentile(times, 99)), ...cpu };
  figure(name, count / seconds, '1/s', more);
}

async function duration(name: string, runs: number, path: string, accept = 'application/json'): Promise<void> {
  if (!ONLY.test(name)) return;
  const client = await RawConnection.open(target);
  const request = rawRequest(target, 'GET', path, { accept });
  let bytes = 0;
  const list = async () => {
    ({ bytes } = await client.send(request));
  };
  await inParallel(3, 1, list);
  const { result: times, cpu } = await usage.during(runs, () => inParallel(runs, 1, list));
  figure(name, percentile(times, 50), 'ms', { bytes, min: round(Math.min(...times)), ...cpu });
  client.close();
}

/** One object changes UPDATES times while WATCHERS watch it; an event's delay counts from its change being sent. */
async function fanOut(): Promise<void> {
  if (!ONLY.test('fan-out')) return;
  const delays: number[] = [];
  const sent: number[] = [];
  let last = 0;
  let done: () => void = () => {};
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  const receive = (round: number) => {
    last = performance.now();
    delays.push(last - (sent[round] ?? Number.NaN));
    if (delays.length === UPDATES * WATCHERS) done();
  };
  const path = `${base}?watch=true&fieldSelector=metadata.name%3Dfirst`;
  const watches = hasCurl()
    ? [await openCurlWatches(target, path, WATCHERS, receive)]
    : await Promise.all(Array.from({ length: WATCHERS }, () => openRawWatch(target, path, receive)));
  const writer = await RawConnection.open(target);
  const began = performance.now();
  const { cpu } = await usage.during(UPDATES * WATCHERS, async () => {
    for (let i = 0; i < UPDATES; i++) {
      sent[i] = performance.now();
      await writer.send(rawRequest(target, 'PATCH', `${base}/first`, { body: annotate(`w${i}`) }));
    }
    const quiet = async () => {
      do await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
      while (performance.now() - last < QUIET_MS);
    };
    await Promise.race([all, quiet()]);
  });
  const seconds = (last - began) / 1000;
  figure('fan-out', delays.length / seconds, 'events/s', {
    watchers: WATCHERS,
    missing: UPDATES * WATCHERS - delays.length,
    p50ms: round(percentile(delays, 50)),
    p99ms: round(percentile(delays, 99)),
    ...cpu,
  });
  for (const watch of watches) watch.close();
  writer.close();
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

await run();
process.exit(0);
