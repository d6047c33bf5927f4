/** A container's usage as its cgroup counts it; bytes and nanoseconds. */
export interface Usage {
  readonly cpuNanos?: number;
  readonly memoryBytes?: number;
  /** Memory that can't be given back easily: usage less inactive file cache. */
  readonly workingSetBytes?: number;
  readonly rssBytes?: number;
  readonly pageFaults?: number;
  readonly majorPageFaults?: number;
  /** Absent without limit. */
  readonly limitBytes?: number;
  readonly processes?: number;
}

export type UsageFiles = Readonly<Record<string, string | undefined>>;

/** Files of each controller that are read, by the version of the hierarchy. */
export const FILES = {
  v1: {
    cpuacct: ['cpuacct.usage'],
    memory: ['memory.usage_in_bytes', 'memory.limit_in_bytes', 'memory.stat'],
    pids: ['pids.current'],
  },
  v2: {
    cpuacct: ['cpu.stat'],
    memory: ['memory.current', 'memory.max', 'memory.stat'],
    pids: ['pids.current'],
  },
} as const;

/** v1 writes "no limit" as a number near 2^63. */
const UNLIMITED = 2 ** 62;

export function parseUsage(files: UsageFiles): Usage {
  const stat = table(files['memory.stat']);
  const cpuMicros = table(files['cpu.stat'])['usage_usec'];
  const cpuNanos = number(files['cpuacct.usage']) ?? (cpuMicros === undefined ? undefined : cpuMicros * 1000);
  const memoryBytes = number(files['memory.current'] ?? files['memory.usage_in_bytes']);
  const inactive = stat['total_inactive_file'] ?? stat['inactive_file'] ?? 0;
  const limit = number(files['memory.max'] ?? files['memory.limit_in_bytes']);
  return compact({
    cpuNanos,
    memoryBytes,
    workingSetBytes: memoryBytes === undefined ? undefined : Math.max(0, memoryBytes - inactive),
    rssBytes: stat['total_rss'] ?? stat['anon'],
    pageFaults: stat['total_pgfault'] ?? stat['pgfault'],
    majorPageFaults: stat['total_pgmajfault'] ?? stat['pgmajfault'],
    limitBytes: limit !== undefined && limit < UNLIMITED ? limit : undefined,
    processes: number(files['pids.current']),
  });
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+\s*$/.test(text) ? Number(text) : undefined;
}

function table(text: string | undefined): Record<string, number> {
  const lines = (text ?? '').split('\n').map((line) => line.split(' '));
  return Object.fromEntries(
    lines.flatMap(([key, value]) => (key && value !== undefined ? [[key, Number(value)]] : [])),
  );
}

function compact(usage: Record<string, number | undefined>): Usage {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== undefined));
}

export interface InterfaceUsage {
  readonly name: string;
  readonly rxBytes: number;
  readonly rxErrors: number;
  readonly txBytes: number;
  readonly txErrors: number;
}

/** /proc/<pid>/net/dev, without the loopback. */
export function parseNetDev(text: string): InterfaceUsage[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*([^:\s]+):\s*(.*)$/.exec(line);
    if (!match || match[1] === 'lo') return [];
    const counts = (match[2] as string).split(/\s+/).map(Number);
    const [rxBytes = 0, , rxErrors = 0] = counts;
    const [txBytes = 0, , txErrors = 0] = counts.slice(8);
    return [{ name: match[1] as string, rxBytes, rxErrors, txBytes, txErrors }];
  });
}
