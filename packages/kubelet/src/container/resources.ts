import { type Container, type Pod, parseQuantity, qosClassOf } from '@coxswain/api';
import type { LinuxContainerResources } from '@coxswain/cri';

const MIN_SHARES = 2;
const MAX_SHARES = 262_144;
const PERIOD = 100_000;
const MIN_QUOTA = 1000;

/** CPU shares of a request in millicores: 1024 a core, at least 2. */
export function milliCpuToShares(milli: number): number {
  if (milli === 0) return MIN_SHARES;
  return Math.min(MAX_SHARES, Math.max(MIN_SHARES, Math.floor((milli * 1024) / 1000)));
}

/** CFS quota in microseconds a period of 100 ms; 0 is unlimited. */
export function milliCpuToQuota(milli: number): number {
  if (milli === 0) return 0;
  return Math.max(MIN_QUOTA, Math.floor((milli * PERIOD) / 1000));
}

/** Millicores asked for or allowed; 0 when not set. */
export function cpuMilli(list: Record<string, string> | undefined): number {
  return list?.['cpu'] === undefined ? 0 : parseQuantity(list['cpu']).milliValue();
}

/** Bytes; 0 when not set. */
export function memoryBytes(list: Record<string, string> | undefined): number {
  return list?.['memory'] === undefined ? 0 : parseQuantity(list['memory']).value();
}

/** The cgroup settings of one container. `memoryCapacity` is the node's, in bytes, for oom_score_adj. */
export function containerResources(
  pod: Pod,
  container: Container,
  memoryCapacity: number,
): Pick<
  LinuxContainerResources,
  'cpuPeriod' | 'cpuQuota' | 'cpuShares' | 'memoryLimitInBytes' | 'memorySwapLimitInBytes' | 'oomScoreAdj'
> {
  const { limits, requests } = container.resources ?? {};
  const request =
    requests?.['cpu'] === undefined && limits?.['cpu'] !== undefined ? cpuMilli(limits) : cpuMilli(requests);
  // Where a container has no limit of its own, the pod's bounds it.
  const bounds = { ...pod.spec.resources?.limits, ...limits };
  const memory = memoryBytes(bounds);
  return {
    cpuPeriod: PERIOD,
    cpuQuota: milliCpuToQuota(cpuMilli(bounds)),
    cpuShares: milliCpuToShares(request),
    memoryLimitInBytes: memory,
    memorySwapLimitInBytes: memory,
    oomScoreAdj: oomScoreAdj(pod, container, memoryCapacity),
  };
}

/** -997 for guaranteed, 1000 for best effort, between by the share of the node's memory that is asked for. */
export function oomScoreAdj(pod: Pod, container: Container, memoryCapacity: number): number {
  switch (qosClassOf(pod.spec)) {
    case 'Guaranteed':
      return -997;
    case 'BestEffort':
      return 1000;
    case 'Burstable': {
      const request = memoryBytes(container.resources?.requests) + unclaimedMemory(pod);
      const score = memoryCapacity > 0 ? Math.floor(1000 - (1000 * request) / memoryCapacity) : 1000;
      if (score < 3) return 3;
      return score === 1000 ? 999 : score;
    }
  }
}

/** Each container's part of what the pod asks for beyond what its containers do, in bytes. */
function unclaimedMemory({ spec }: Pod): number {
  const ofPod = memoryBytes(spec.resources?.requests);
  if (ofPod === 0) return 0;
  const containers = [
    ...spec.containers,
    ...(spec.initContainers ?? []).filter((each) => each.restartPolicy === 'Always'),
  ];
  const claimed = containers.reduce((sum, { resources }) => sum + memoryBytes(resources?.requests), 0);
  return Math.max(0, Math.floor((ofPod - claimed) / containers.length));
}

/** What the scheduler counts for a pod: what it asks for itself, or containers side by side, init containers one at a time, sidecars throughout. */
export function podRequests(pod: Pod): { readonly cpu: number; readonly memory: number } {
  const of = (name: 'cpu' | 'memory'): number => {
    const read = (container: Container) => {
      const requests = { ...container.resources?.limits, ...container.resources?.requests };
      return name === 'cpu' ? cpuMilli(requests) : memoryBytes(requests);
    };
    let sidecars = 0;
    let initPeak = 0;
    for (const init of pod.spec.initContainers ?? []) {
      if (init.restartPolicy === 'Always') {
        sidecars += read(init);
        initPeak = Math.max(initPeak, sidecars);
      } else initPeak = Math.max(initPeak, sidecars + read(init));
    }
    const main = pod.spec.containers.reduce((sum, container) => sum + read(container), sidecars);
    const overhead = name === 'cpu' ? cpuMilli(pod.spec.overhead) : memoryBytes(pod.spec.overhead);
    const { requests } = pod.spec.resources ?? {};
    if (requests?.[name] !== undefined) return (name === 'cpu' ? cpuMilli(requests) : memoryBytes(requests)) + overhead;
    return Math.max(main, initPeak) + overhead;
  };
  return { cpu: of('cpu'), memory: of('memory') };
}
