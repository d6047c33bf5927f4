import type { ContainerStats, CriClient } from '@coxswain/cri';
import { CONTAINER_NAME_LABEL, POD_NAME_LABEL, POD_NAMESPACE_LABEL, POD_UID_LABEL } from '../container/names.ts';
import type { NodeStats } from './node-stats.ts';

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One container's use, as both formats need it. */
export interface ContainerUse {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
  readonly id: string;
  readonly cpuSeconds: number | undefined;
  /** Bytes. */
  readonly workingSet: number | undefined;
  readonly usage: number | undefined;
  readonly rss: number | undefined;
}

/** The node's containers that are a pod's. */
export async function containerUses(cri: Pick<CriClient, 'listContainerStats'>): Promise<ContainerUse[]> {
  const { stats } = await cri.listContainerStats({});
  return stats.filter(({ attributes }) => attributes?.labels[POD_UID_LABEL] !== undefined).map(toUse);
}

function toUse({ attributes, cpu, memory }: ContainerStats): ContainerUse {
  const labels = attributes?.labels ?? {};
  const nanos = cpu?.usageCoreNanoSeconds?.value;
  return {
    namespace: labels[POD_NAMESPACE_LABEL] ?? '',
    pod: labels[POD_NAME_LABEL] ?? '',
    uid: labels[POD_UID_LABEL] ?? '',
    container: labels[CONTAINER_NAME_LABEL] ?? '',
    id: attributes?.id ?? '',
    cpuSeconds: nanos === undefined ? undefined : nanos / 1e9,
    workingSet: memory?.workingSetBytes?.value,
    usage: memory?.usageBytes?.value,
    rss: memory?.rssBytes?.value,
  };
}

/** `/metrics/resource`: what metrics-server reads. */
export function renderResourceMetrics(uses: readonly ContainerUse[], node: NodeStats): string {
  const labelled = (use: ContainerUse) => ({ container: use.container, namespace: use.namespace, pod: use.pod });
  const perPod = (read: (use: ContainerUse) => number | undefined): Sample[] => {
    const sums = new Map<string, Sample>();
    for (const use of uses) {
      const value = read(use);
      if (value === undefined) continue;
      const before = sums.get(use.uid)?.value ?? 0;
      sums.set(use.uid, { labels: { namespace: use.namespace, pod: use.pod }, value: before + value });
    }
    return [...sums.values()];
  };
  const cpu = (use: ContainerUse) => use.cpuSeconds;
  const memory = (use: ContainerUse) => use.workingSet;
  const single = (value: number | undefined): Sample[] => (value === undefined ? [] : [{ labels: {}, value }]);
  return [
    family(
      'container_cpu_usage_seconds_total',
      'counter',
      'Cumulative cpu time consumed by the container in core-seconds',
      each(uses, labelled, cpu),
    ),
    family(
      'container_memory_working_set_bytes',
      'gauge',
      'Current working set of the container in bytes',
      each(uses, labelled, memory),
    ),
    family(
      'node_cpu_usage_seconds_total',
      'counter',
      'Cumulative cpu time consumed by the node in core-seconds',
      single(node.cpuNanos === undefined ? undefined : node.cpuNanos / 1e9),
    ),
    family(
      'node_memory_working_set_bytes',
      'gauge',
      'Current working set of the node in bytes',
      single(node.memory?.workingSet),
    ),
    family(
      'pod_cpu_usage_seconds_total',
      'counter',
      'Cumulative cpu time consumed by the pod in core-seconds',
      perPod(cpu),
    ),
    family('pod_memory_working_set_bytes', 'gauge', 'Current working set of the pod in bytes', perPod(memory)),
    family(
      'resource_scrape_error',
      'gauge',
      '1 if there was an error while getting container metrics, 0 otherwise',
      single(0),
    ),
  ].join('');
}

/** `/metrics/cadvisor`, the few families that dashboards are made of. */
export function renderCadvisorMetrics(
  uses: readonly ContainerUse[],
  machine: { readonly cpus: number; readonly memory: number },
): string {
  const labelled = (use: ContainerUse) => ({
    container: use.container,
    id: `/kubepods/pod${use.uid}/${use.id}`,
    name: use.id,
    namespace: use.namespace,
    pod: use.pod,
  });
  return [
    family(
      'container_cpu_usage_seconds_total',
      'counter',
      'Cumulative cpu time consumed in seconds.',
      each(
        uses,
        (use) => ({ ...labelled(use), cpu: 'total' }),
        (use) => use.cpuSeconds,
      ),
    ),
    family(
      'container_memory_usage_bytes',
      'gauge',
      'Current memory usage in bytes, including all memory regardless of when it was accessed',
      each(uses, labelled, (use) => use.usage),
    ),
    family(
      'container_memory_working_set_bytes',
      'gauge',
      'Current working set in bytes.',
      each(uses, labelled, (use) => use.workingSet),
    ),
    family(
      'container_memory_rss',
      'gauge',
      'Size of RSS in bytes.',
      each(uses, labelled, (use) => use.rss),
    ),
    family('machine_cpu_cores', 'gauge', 'Number of logical CPU cores.', [{ labels: {}, value: machine.cpus }]),
    family('machine_memory_bytes', 'gauge', 'Amount of memory installed on the machine.', [
      { labels: {}, value: machine.memory },
    ]),
  ].join('');
}

function each(
  uses: readonly ContainerUse[],
  labels: (use: ContainerUse) => Record<string, string>,
  read: (use: ContainerUse) => number | undefined,
): Sample[] {
  return uses.flatMap((use) => {
    const value = read(use);
    return value === undefined ? [] : [{ labels: labels(use), value }];
  });
}

function family(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): string {
  const lines = samples.map(({ labels, value }) => {
    const text = Object.entries(labels).map(
      ([key, each]) => `${key}="${each.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`,
    );
    return `${name}${text.length > 0 ? `{${text.join(',')}}` : ''} ${value}\n`;
  });
  return samples.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}
