// Speed of a scheduler. In this process: decisions a second of ours, on the shapes of scheduler_perf. With SERVER, TOKEN
// and CA: bindings a second of whatever scheduler runs against that API server, from the first create to the last binding.
// Reads NODES (1000), PODS (2000), CREATORS (32) for the latter, DECISION_NODES (5000), DECISION_PODS (1000) for the
// former. Prints one JSON line a figure.
import { figure, inParallel, LoadClient, percentile, targetFromEnvironment } from './load-client.ts';
import { measureDecisions } from './scheduler-decisions.ts';

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
  const setup = new LoadClient(target, 8);
  const ignore = () => {};
  await setup.send('POST', '/api/v1/namespaces', JSON.stringify({ metadata: { name: namespace } }));
  const account = JSON.stringify({ metadata: { name: 'default' } });
  await setup.send('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, account).catch(ignore);
  try {
    await inParallel(NODES, 8, (i) => setup.send('POST', '/api/v1/nodes', node(i), true));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const seconds = await bindAll(target);
    figure('bindings', PODS / seconds, '1/s', { nodes: NODES, pods: PODS, creators: CREATORS });
  } finally {
    const body = JSON.stringify({ gracePeriodSeconds: 0 });
    await setup.send('DELETE', base, body, true).catch(ignore);
    await inParallel(NODES, 8, (i) =>
      setup.send('DELETE', `/api/v1/nodes/${namespace}-${i}`, body, true).catch(ignore),
    );
    await setup.send('DELETE', `/api/v1/namespaces/${namespace}`).catch(ignore);
    setup.close();
  }
}

/** Seconds from the first create to the last binding. */
async function bindAll(target: ReturnType<typeof targetFromEnvironment>): Promise<number> {
  const watcher = new LoadClient(target, 1);
  const bound = new Set<string>();
  const perNode = new Map<string, number>();
  let done: () => void = () => {};
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  const stop = await watcher.watch(`${base}?watch=true&resourceVersion=0`, (line) => {
    const { object } = JSON.parse(line) as { object: { metadata: { name: string }; spec: { nodeName?: string } } };
    const { nodeName } = object.spec;
    if (!nodeName || bound.has(object.metadata.name)) return;
    bound.add(object.metadata.name);
    perNode.set(nodeName, (perNode.get(nodeName) ?? 0) + 1);
    if (bound.size === PODS) done();
  });
  const creators = new LoadClient(target, CREATORS);
  const began = performance.now();
  const times = await inParallel(PODS, CREATORS, (i) => creators.send('POST', base, pod(i), true));
  figure('creates meanwhile', PODS / ((performance.now() - began) / 1000), '1/s', { p99ms: percentile(times, 99) });
  const late = setTimeout(done, TIMEOUT_MS);
  await all;
  clearTimeout(late);
  const seconds = (performance.now() - began) / 1000;
  stop();
  creators.close();
  watcher.close();
  if (bound.size < PODS) throw new Error(`only ${bound.size} of ${PODS} pods were bound in ${TIMEOUT_MS / 1000} s`);
  figure('fullest node', Math.max(...perNode.values()), 'pods', { nodesUsed: perNode.size });
  return seconds;
}

measureDecisions({ nodes: number('DECISION_NODES', 5000), pods: number('DECISION_PODS', 1000) });
if (process.env['SERVER']) await measureBindings();
process.exit(0);
