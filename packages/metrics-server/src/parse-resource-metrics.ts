/** One look at a container, or at a node: CPU seconds since its start, and bytes of its working set. */
export interface Sample {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

export interface NodeScrape {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly node: Sample | undefined;
  /** By `namespace/pod`, then by container. */
  readonly pods: ReadonlyMap<string, ReadonlyMap<string, Sample>>;
}

const LINE = /^(\w+)(?:\{(.*)\})? (\S+)/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** A kubelet's `/metrics/resource`. Containers of which only one of the two is told are left out. */
export function parseResourceMetrics(text: string, at: number): NodeScrape {
  const node: Partial<Sample> = {};
  const pods = new Map<string, Map<string, Partial<Sample>>>();
  const container = (labels: string): Partial<Sample> => {
    const { namespace = '', pod = '', container: name = '' } = parseLabels(labels);
    const key = `${namespace}/${pod}`;
    const containers = pods.get(key) ?? new Map<string, Partial<Sample>>();
    pods.set(key, containers);
    const sample = containers.get(name) ?? {};
    containers.set(name, sample);
    return sample;
  };
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    const number = Number(value);
    if (name === undefined || !Number.isFinite(number)) continue;
    if (name === 'node_cpu_usage_seconds_total') Object.assign(node, { cpuSeconds: number });
    else if (name === 'node_memory_working_set_bytes') Object.assign(node, { memoryBytes: number });
    else if (name === 'container_cpu_usage_seconds_total') Object.assign(container(labels), { cpuSeconds: number });
    else if (name === 'container_memory_working_set_bytes') Object.assign(container(labels), { memoryBytes: number });
  }
  const whole = [...pods].map(([key, containers]) => [key, new Map([...containers].filter(isWholeEntry))] as const);
  return { at, node: isWhole(node) ? node : undefined, pods: new Map(whole) };
}

function parseLabels(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(LABEL)].map(([, name, value = '']) => [name, value.replace(/\\(.)/g, '$1')]),
  );
}

function isWhole(sample: Partial<Sample>): sample is Sample {
  return sample.cpuSeconds !== undefined && sample.memoryBytes !== undefined;
}

function isWholeEntry(entry: [string, Partial<Sample>]): entry is [string, Sample] {
  return isWhole(entry[1]);
}
