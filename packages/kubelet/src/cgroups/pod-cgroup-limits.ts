import { type Pod, qosClassOf } from '@coxswain/api';
import { cpuMilli, memoryBytes, milliCpuToQuota, milliCpuToShares, podRequests } from '../container/resources.ts';

/** What a control group allows. `quota` is microseconds a period of 100 ms; 0 and undefined are "no limit". */
export interface CgroupLimits {
  readonly cpuShares: number;
  readonly cpuQuota?: number;
  /** Bytes. */
  readonly memory?: number;
}

/** Pure: the limits of a pod's own control group. It is only bounded by limits of its own, or where every container is. */
export function podCgroupLimits(pod: Pod): CgroupLimits {
  if (qosClassOf(pod.spec) === 'BestEffort') return { cpuShares: milliCpuToShares(0) };
  const cpu = podLimit(pod, 'cpu');
  const memory = podLimit(pod, 'memory');
  return {
    cpuShares: milliCpuToShares(podRequests(pod).cpu),
    ...(cpu === undefined ? {} : { cpuQuota: milliCpuToQuota(cpu) }),
    ...(memory === undefined ? {} : { memory }),
  };
}

/** Millicores or bytes: the pod's own limit (KEP-2837), or what its containers may take together if each has a limit. */
function podLimit({ spec }: Pod, name: 'cpu' | 'memory'): number | undefined {
  const read = name === 'cpu' ? cpuMilli : memoryBytes;
  const { containers, initContainers = [], resources: own, overhead } = spec;
  if (own?.limits?.[name] !== undefined) return read(own.limits) + read(overhead);
  if ([...containers, ...initContainers].some(({ resources }) => resources?.limits?.[name] === undefined))
    return undefined;
  let sidecars = 0;
  let peak = 0;
  for (const { resources, restartPolicy } of initContainers) {
    const limit = read(resources?.limits);
    if (restartPolicy === 'Always') sidecars += limit;
    peak = Math.max(peak, restartPolicy === 'Always' ? sidecars : sidecars + limit);
  }
  const main = containers.reduce((total, { resources }) => total + read(resources?.limits), sidecars);
  return Math.max(main, peak) + read(overhead);
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
