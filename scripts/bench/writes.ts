// What a write costs an API server: creates, bindings and events of pods that no scheduler takes, in ROUNDS (3) of WRITES
// (3000) each after one to warm up, from WIDTH (32) connections. Reads SERVER, TOKEN, CA and PID (the server's; found by
// the port when it runs on this machine). Prints one JSON line a figure: microseconds of the server's processor time for
// one write (median of the rounds), and the rate. ONLY is a pattern of figures.
import { figure, inParallel, percentile } from './figures.ts';
import { listenerPid } from './listener-pid.ts';
import { RawConnection, rawRequest } from './raw-connection.ts';
import { ServerUsage } from './server-usage.ts';
import { targetFromEnvironment } from './target.ts';

const number = (name: string, initial: number) => Number(process.env[name] ?? initial);
const WRITES = number('WRITES', 3000);
const ROUNDS = number('ROUNDS', 3);
const WIDTH = number('WIDTH', 32);
const ONLY = new RegExp(process.env['ONLY'] ?? '');

const target = targetFromEnvironment();
const usage = new ServerUsage(process.env['PID'] ?? listenerPid(Number(new URL(target.server).port || 443)));
const namespace = `bench-${Date.now().toString(36)}`;
const base = `/api/v1/namespaces/${namespace}`;

/** The pod of the scheduler's benchmark. */
function pod(name: string): string {
  return JSON.stringify({
    metadata: { name, labels: { app: 'bench' } },
    spec: {
      schedulerName: 'nobody',
      tolerations: [{ operator: 'Exists' }],
      containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '100m', memory: '200Mi' } } }],
    },
  });
}

function binding(name: string, node: number): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace },
    target: { kind: 'Node', name: `node-${node % 1000}` },
  });
}

/** As the scheduler tells of a binding. */
function event(name: string, node: number): string {
  const now = new Date().toISOString();
  return JSON.stringify({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: `${name}.${Date.now().toString(16)}`, namespace },
    eventTime: now.replace('Z', '000Z'),
    reportingController: 'nobody',
    reportingInstance: 'nobody-host',
    action: 'Binding',
    reason: 'Scheduled',
    regarding: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid: '0a1b2c3d-0000-4000-8000-000000000000' },
    note: `Successfully assigned ${namespace}/${name} to node-${node % 1000}`,
    type: 'Normal',
  });
}

async function run(): Promise<void> {
  const lanes = await Promise.all(Array.from({ length: WIDTH }, () => RawConnection.open(target)));
  const send = (lane: number, method: string, path: string, body = '') =>
    (lanes[lane] as RawConnection).send(rawRequest(target, method, path, { body }));
  const ignore = () => {};
  await send(0, 'POST', '/api/v1/namespaces', JSON.stringify({ metadata: { name: namespace } }));
  const account = JSON.stringify({ metadata: { name: 'default' } });
  await send(0, 'POST', `${base}/serviceaccounts`, account).catch(ignore);
  try {
    const events = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
    await measure('create', (name, _, lane) => send(lane, 'POST', `${base}/pods`, pod(name)));
    await measure('binding', (name, i, lane) => send(lane, 'POST', `${base}/pods/${name}/binding`, binding(name, i)));
    await measure('event', (name, i, lane) => send(lane, 'POST', events, event(name, i)));
  } finally {
    await send(0, 'DELETE', `${base}/pods`, JSON.stringify({ gracePeriodSeconds: 0 })).catch(ignore);
    await send(0, 'DELETE', base).catch(ignore);
    for (const lane of lanes) lane.close();
  }
}

async function measure(name: string, write: (pod: string, i: number, lane: number) => Promise<unknown>): Promise<void> {
  // Only pods can be bound.
  if (!ONLY.test(name) && !(name === 'create' && ONLY.test('binding'))) return;
  const costs: number[] = [];
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const began = performance.now();
    const task = () => inParallel(WRITES, WIDTH, (i, lane) => write(`p${round}-${i}`, i, lane));
    const { cpu } = await usage.during(WRITES, task);
    if (round === 0) continue;
    costs.push(cpu.cpuUs ?? Number.NaN);
    rates.push((WRITES * 1000) / (performance.now() - began));
  }
  figure(name, percentile(costs, 50), 'us', { min: Math.min(...costs), perSecond: Math.round(percentile(rates, 50)) });
}

await run();
process.exit(0);
