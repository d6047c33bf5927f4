import type { Pod } from '@coxswain/api';
import {
  cpuMilli,
  memoryBytes,
  milliCpuToQuota,
  milliCpuToShares,
  podRequests,
  qosClass,
} from '../container/resources.ts';

/** What a control group allows. `quota` is microseconds a period of 100 ms; 0 and undefined are "no limit". */
export interface CgroupLimits {
  readonly cpuShares: number;
  readonly cpuQuota?: number;
  /** Bytes. */
  readonly memory?: number;
}

/** Pure: the limits of a pod's own control group. It is only bounded by limits of its own, or where every container is. */
export function podCgroupLimits(pod: Pod): CgroupLimits {
  const qos = qosClass(pod);
  if (qos === 'BestEffort') return { cpuShares: milliCpuToShares(0) };
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const allHave = (name: 'cpu' | 'memory') =>
    containers.every(({ resources }) => resources?.limits?.[name] !== undefined);
  const limits = podLimits(pod);
  const own = pod.spec.resources?.limits;
  const { overhead } = pod.spec;
  const cpu = own?.['cpu'] === undefined ? limits.cpu : cpuMilli(own) + cpuMilli(overhead);
  const memory = own?.['memory'] === undefined ? limits.memory : memoryBytes(own) + memoryBytes(overhead);
  return {
    cpuShares: milliCpuToShares(podRequests(pod).cpu),
    ...(own?.['cpu'] !== undefined || allHave('cpu') ? { cpuQuota: milliCpuToQuota(cpu) } : {}),
    ...(own?.['memory'] !== undefined || allHave('memory') ? { memory } : {}),
  };
}

/** As requests are counted, but over the limits. */
function podLimits(pod: Pod): { readonly cpu: number; readonly memory: number } {
  const sum = (read: (list: Record<string, string> | undefined) => number): number => {
    let sidecars = 0;
    let peak = 0;
    for (const { resources, restartPolicy } of pod.spec.initContainers ?? []) {
      const own = read(resources?.limits);
      if (restartPolicy === 'Always') sidecars += own;
      peak = Math.max(peak, restartPolicy === 'Always' ? sidecars : sidecars + own);
    }
    const main = pod.spec.containers.reduce((total, { resources }) => total + read(resources?.limits), sidecars);
    return Math.max(main, peak) + read(pod.spec.overhead);
  };
  return { cpu: sum(cpuMilli), memory: sum(memoryBytes) };
}

/** Files and what to write to them, by the controller's folder on v1 (`''` on v2). */
export function cgroupFiles(limits: CgroupLimits, version: 1 | 2): { folder: string; file: string; value: string }[] {
  const { cpuShares, cpuQuota = 0, memory = 0 } = limits;
  if (version === 1)
    return [
      { folder: 'cpu', file: 'cpu.shares', value: String(cpuShares) },
      { folder: 'cpu', file: 'cpu.cfs_quota_us', value: String(cpuQuota > 0 ? cpuQuota : -1) },
      { folder: 'memory', file: 'memory.limit_in_bytes', value: String(memory > 0 ? memory : -1) },
    ];
  // 2..262144 shares onto 1..10000 of weight, as OCI runtimes do.
  const weight = 1 + Math.floor(((cpuShares - 2) * 9999) / 262_142);
  return [
    { folder: '', file: 'cpu.weight', value: String(weight) },
    { folder: '', file: 'cpu.max', value: `${cpuQuota > 0 ? cpuQuota : 'max'} 100000` },
    { folder: '', file: 'memory.max', value: memory > 0 ? String(memory) : 'max' },
  ];
}
