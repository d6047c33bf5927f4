import { readFile, statfs } from 'node:fs/promises';
import type { CriClient } from '@coxswain/cri';
import type { Observations } from '../eviction/observe-thresholds.ts';

export interface FilesystemStats {
  /** Bytes. */
  readonly capacity: number;
  readonly available: number;
  readonly used: number;
  readonly inodes: number;
  readonly inodesFree: number;
}

export interface MemoryStats {
  /** Bytes, as the root control group has it. */
  readonly usage: number;
  readonly workingSet: number;
  readonly rss: number;
}

export interface NodeStats {
  readonly memory: MemoryStats | undefined;
  /** Core nanoseconds since the start. */
  readonly cpuNanos: number | undefined;
  readonly nodefs: FilesystemStats | undefined;
  readonly imagefs: FilesystemStats | undefined;
  /** Bytes of images, as the runtime counts. */
  readonly imageBytes: number;
  readonly processes: number | undefined;
  readonly maxProcesses: number | undefined;
}

/** How full the node is. */
export type NodeStatsSource = () => Promise<NodeStats>;

export function systemNodeStats(options: {
  readonly rootDir: string;
  readonly cri: Pick<CriClient, 'imageFsInfo'>;
  /** Where the kernel's control groups are. */
  readonly cgroupDir?: string;
}): NodeStatsSource {
  const { rootDir, cri, cgroupDir = '/sys/fs/cgroup' } = options;
  return async () => {
    const images = await cri.imageFsInfo({}).catch(() => undefined);
    const usage = images?.imageFilesystems[0];
    const mountpoint = usage?.fsId?.mountpoint;
    const [memory, cpuNanos, nodefs, imagefs, loadavg, pidMax] = await Promise.all([
      readMemory(cgroupDir),
      readCpu(cgroupDir),
      readFilesystem(rootDir),
      mountpoint ? readFilesystem(mountpoint) : undefined,
      text('/proc/loadavg'),
      text('/proc/sys/kernel/pid_max'),
    ]);
    const processes = /\d+\/(\d+)/.exec(loadavg)?.[1];
    return {
      memory,
      cpuNanos,
      nodefs,
      imagefs,
      imageBytes: usage?.usedBytes?.value ?? 0,
      processes: processes === undefined ? undefined : Number(processes),
      maxProcesses: pidMax === '' ? undefined : Number(pidMax),
    };
  };
}

/** What eviction looks at. */
export function toObservations(stats: NodeStats, memoryCapacity: number): Observations {
  const { memory, nodefs, imagefs, processes, maxProcesses } = stats;
  const bytes = ({ available, capacity }: FilesystemStats) => ({ available, capacity });
  const inodes = (fs: FilesystemStats) => ({ available: fs.inodesFree, capacity: fs.inodes });
  return {
    ...(memory
      ? { 'memory.available': { available: memoryCapacity - memory.workingSet, capacity: memoryCapacity } }
      : {}),
    ...(nodefs && nodefs.capacity > 0 ? { 'nodefs.available': bytes(nodefs) } : {}),
    ...(nodefs && nodefs.inodes > 0 ? { 'nodefs.inodesFree': inodes(nodefs) } : {}),
    ...(imagefs && imagefs.capacity > 0 ? { 'imagefs.available': bytes(imagefs) } : {}),
    ...(imagefs && imagefs.inodes > 0 ? { 'imagefs.inodesFree': inodes(imagefs) } : {}),
    ...(processes !== undefined && maxProcesses !== undefined
      ? { 'pid.available': { available: maxProcesses - processes, capacity: maxProcesses } }
      : {}),
  };
}

async function readMemory(root: string): Promise<MemoryStats | undefined> {
  // 1. cgroup v1, or v2 below the real root.
  for (const [usageFile, statFile] of [
    ['memory/memory.usage_in_bytes', 'memory/memory.stat'],
    ['memory.current', 'memory.stat'],
  ] as const) {
    const usage = Number((await text(`${root}/${usageFile}`)) || Number.NaN);
    if (Number.isNaN(usage)) continue;
    const stat = await text(`${root}/${statFile}`);
    const inactive = entry(stat, 'total_inactive_file') ?? entry(stat, 'inactive_file') ?? 0;
    const rss = entry(stat, 'total_rss') ?? entry(stat, 'anon') ?? 0;
    return { usage, workingSet: Math.max(0, usage - inactive), rss };
  }
  // 2. The real root of v2 has no usage of its own.
  const meminfo = await text('/proc/meminfo');
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(meminfo)?.[1] ?? Number.NaN) * 1024;
  const usage = kib('MemTotal') - kib('MemFree');
  if (Number.isNaN(usage)) return undefined;
  return {
    usage,
    workingSet: Math.max(0, usage - kib('Inactive(file)'.replace(/[()]/g, '\\$&'))),
    rss: kib('AnonPages'),
  };
}

async function readCpu(root: string): Promise<number | undefined> {
  const v1 = await text(`${root}/cpuacct/cpuacct.usage`);
  if (v1 !== '') return Number(v1);
  const v2 = entry(await text(`${root}/cpu.stat`), 'usage_usec');
  return v2 === undefined ? undefined : v2 * 1000;
}

/** Undefined for a path that isn't there. */
export async function readFilesystem(path: string): Promise<FilesystemStats | undefined> {
  const fs = await statfs(path).catch(() => undefined);
  if (!fs) return undefined;
  return {
    capacity: fs.blocks * fs.bsize,
    available: fs.bavail * fs.bsize,
    used: (fs.blocks - fs.bfree) * fs.bsize,
    inodes: fs.files,
    inodesFree: fs.ffree,
  };
}

function entry(table: string, name: string): number | undefined {
  const found = new RegExp(`^${name} (\\d+)$`, 'm').exec(table)?.[1];
  return found === undefined ? undefined : Number(found);
}

async function text(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).trim();
}
