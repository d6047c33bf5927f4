// Speed of a scheduler. In this process: decisions a second of ours, on the shapes of scheduler_perf. With SERVER, TOKEN
// and CA: bindings a second of whatever scheduler runs against that API server, from the first create to the last binding.
// Reads NODES (1000), PODS (2000), CREATORS (32) for the latter, DECISION_NODES (5000), DECISION_PODS (1000) for the
// former. Prints one JSON line a figure.
import { figure, inParallel, percentile } from './figures.ts';
import { RawConnection, rawRequest } from './raw-connection.ts';
import { measureDecisions } from './scheduler-decisions.ts';
import { type Target, targetFromEnvironment } from './target.ts';
import { watchBindings } from './watch-bindings.ts';

const number = (name: string, initial: number) => Number(process.env[name] ?? initial);
const NODES = number('NODES', 1000);
const PODS = number('PODS', 2000);
const CREATORS = number('CREATORS', 32);
const TIMEOUT_MS = 300_000;

const namespace = `bench-${Date.now().toString(36)}`;
const base = `/api/v1/namespaces/${namespace}/pods`;

function node(i: number): string {
  const name = `${namespace}-${i}`;
  const allocatable = { cpu: '4', memory: '32Gi', pods: '110', 'ephemeral-storage': '100Gi' };
  const labels = { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': `zone-${i % 3}` };
  return JSON.stringify({ metadata: { name, labels }, status: { capacity: allocatable, allocatable } });
}

function pod(i: number): string {
  return JSON.stringify({
    metadata: { name: `p${i}`, labels: { app: 'bench' } },
    spec: {
      // The nodes are said to be not ready: nobody is there.
      tolerations: [{ operator: 'Exists' }],
      containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '100m', memory: '200Mi' } } }],
    },
  });
}

async function measureBindings(): Promise<void> {
  const target = targetFromEnvironment();
  const lanes = await Promise.all(Array.from({ length: CREATORS }, () => RawConnection.open(target)));
  const send = (lane: number, method: string, path: string, body = '') =>
    (lanes[lane] as RawConnection).send(rawRequest(target, method, path, { body }));
  const ignore = () => {};
  await send(0, 'POST', '/api/v1/namespaces', JSON.stringify({ metadata: { name: namespace } }));
  const account = JSON.stringify({ metadata: { name: 'default' } });
  await send(0, 'POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, account).catch(ignore);
  try {
    await inParallel(NODES, CREATORS, (i, lane) => send(lane, 'POST', '/api/v1/nodes', node(i)));
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await bindAll(target, (i, lane) => send(lane, 'POST', base, pod(i)));
  } finally {
    const body = JSON.stringify({ gracePeriodSeconds: 0 });
    await send(0, 'DELETE', base, body).catch(ignore);
    await inParallel(NODES, CREATORS, (i, lane) =>
      send(lane, 'DELETE', `/api/v1/nodes/${namespace}-${i}`, body).catch(ignore),
    );
    await send(0, 'DELETE', `/api/v1/namespaces/${namespace}`).catch(ignore);
    for (const lane of lanes) lane.close();
  }
}

async function bindAll(target: Target, create: (i: number, lane: number) => Promise<unknown>): Promise<void> {
  const bound = new Map<string, string>();
  let done: () => void = () => {};
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  const stop = await watchBindings(target, base, (name, nodeName) => {
    bound.set(name, nodeName);
    if (bound.size === PODS) done();
  });
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const times = await inParallel(PODS, CREATORS, create);
  figure('creates meanwhile', PODS / seconds(), '1/s', { p99ms: Math.round(percentile(times, 99)) });
  const late = setTimeout(done, TIMEOUT_MS);
  await all;
  clearTimeout(late);
  const taken = seconds();
  stop();
  if (bound.size < PODS) throw new Error(`only ${bound.size} of ${PODS} pods were bound in ${TIMEOUT_MS / 1000} s`);
  const nodesUsed = new Set(bound.values()).size;
  figure('bindings', PODS / taken, '1/s', { nodes: NODES, nodesUsed, pods: PODS, creators: CREATORS });
}

measureDecisions({ nodes: number('DECISION_NODES', 5000), pods: number('DECISION_PODS', 1000) });
if (process.env['SERVER']) await measureBindings();
process.exit(0);
