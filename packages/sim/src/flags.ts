import { parseQuantity } from '@coxswain/api';
import { type FlagValues, UsageError } from '@coxswain/foundation';
import type { SimOptions } from './sim-options.ts';

export const SIM_FLAGS = {
  kubeconfig: { kind: 'string', help: 'path to the kubeconfig of a user who may do what nodes do' },
  nodes: { kind: 'number', default: 10, help: 'hollow nodes' },
  'name-prefix': { kind: 'string', default: 'hollow-node-', help: 'what a number follows in the name of each node' },
  zones: { kind: 'number', default: 3, help: 'zones that the nodes are in by turns; 0 for none' },
  'node-labels': { kind: 'map', help: 'labels of every node' },
  'max-pods': { kind: 'number', default: 110, help: 'pods a node takes' },
  cpu: { kind: 'number', default: 4, help: 'processors a node says it has' },
  memory: { kind: 'string', default: '32Gi', help: 'memory a node says it has' },
  'root-dir': { kind: 'string', help: 'folder of pods’ files; one under the temporary folder, removed at the end' },
  'event-qps': { kind: 'number', default: 50, help: 'events a second of all nodes together; others are lost' },
  'event-burst': { kind: 'number', default: 100, help: 'events at once beyond that' },
  'start-rate': { kind: 'number', default: 100, help: 'nodes that begin a second' },
  'healthz-port': { kind: 'number', default: 0, help: 'port of /healthz and /metrics on loopback; 0 for none' },
  v: { kind: 'number', default: 0, short: 'v', help: 'log level; 4 logs debug lines, negative only errors' },
  help: { kind: 'boolean', short: 'h', help: 'print this' },
} as const;

/** @throws UsageError that says what is missing or wrong */
export function simOptionsFrom(flags: FlagValues<typeof SIM_FLAGS>, temporaryDir: string): SimOptions {
  if (!flags.kubeconfig) throw new UsageError('--kubeconfig is required');
  if (!Number.isInteger(flags.nodes) || flags.nodes < 1 || flags.nodes > MAX_NODES)
    throw new UsageError(`invalid argument "${flags.nodes}" for "--nodes" flag: want 1 to ${MAX_NODES}`);
  if (!(flags['start-rate'] > 0))
    throw new UsageError(`invalid argument "${flags['start-rate']}" for "--start-rate" flag: want more than 0`);
  return {
    kubeconfig: flags.kubeconfig,
    nodes: flags.nodes,
    namePrefix: flags['name-prefix'],
    zones: flags.zones,
    nodeLabels: flags['node-labels'],
    maxPods: flags['max-pods'],
    cpus: flags.cpu,
    memory: memoryOf(flags.memory),
    rootDir: flags['root-dir'] ?? temporaryDir,
    eventQps: flags['event-qps'],
    eventBurst: flags['event-burst'],
    startRate: flags['start-rate'],
    healthzPort: flags['healthz-port'],
    logLevel: flags.v >= 4 ? 'debug' : flags.v < 0 ? 'error' : 'info',
  };
}

/** As many as `hollowAddresses` has pod ranges for. */
export const MAX_NODES = 127 * 256;

function memoryOf(text: string): number {
  try {
    return parseQuantity(text).value();
  } catch {
    throw new UsageError(`invalid argument "${text}" for "--memory" flag: want a quantity`);
  }
}
