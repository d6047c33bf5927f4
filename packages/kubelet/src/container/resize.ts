import type { Container, Pod } from '@coxswain/api';
import { deepEqual } from '@coxswain/api';
import type { LinuxContainerResources } from '@coxswain/cri';
import { containerResources } from './resources.ts';
import { type ContainerRuntimeStatus, latestOf, type PodRuntimeStatus } from './runtime-status.ts';

/** What the runtime enforces on a container; quota 0 and memory 0 are "no limit". */
export interface EnforcedResources {
  readonly cpuShares: number;
  readonly cpuQuota: number;
  readonly memory: number;
}

export function enforcedResources(linux: LinuxContainerResources | undefined): EnforcedResources | undefined {
  if (!linux || linux.cpuShares === 0) return undefined;
  return {
    cpuShares: linux.cpuShares,
    cpuQuota: Math.max(0, linux.cpuQuota),
    memory: Math.max(0, linux.memoryLimitInBytes),
  };
}

/** Pure: whether a running container must be resized (KEP-1287), and whether its resizePolicy asks for a restart. */
export function resizeOf(
  pod: Pod,
  container: Container,
  running: ContainerRuntimeStatus,
): 'none' | 'update' | 'restart' {
  const has = running.enforced;
  if (!has) return 'none';
  const { cpuShares, cpuQuota, memoryLimitInBytes } = containerResources(pod, container, 0);
  const cpu = cpuShares !== has.cpuShares || cpuQuota !== has.cpuQuota;
  const memory = memoryLimitInBytes !== has.memory;
  if (!cpu && !memory) return 'none';
  const restarts = (name: string) =>
    container.resizePolicy?.some(
      ({ resourceName, restartPolicy }) => resourceName === name && restartPolicy === 'RestartContainer',
    );
  return (cpu && restarts('cpu')) || (memory && restarts('memory')) ? 'restart' : 'update';
}

/** The pod with the resources that another version of it has. */
export function withResourcesOf(pod: Pod, source: Pod): Pod {
  const take = (list: readonly Container[], from: readonly Container[]) =>
    list.map((container) => {
      const resources = from.find(({ name }) => name === container.name)?.resources;
      return resources === undefined ? container : { ...container, resources };
    });
  const { initContainers } = pod.spec;
  return {
    ...pod,
    spec: {
      ...pod.spec,
      containers: take(pod.spec.containers, source.spec.containers),
      ...(initContainers ? { initContainers: take(initContainers, source.spec.initContainers ?? []) } : {}),
    },
  };
}

export function sameResources(a: Pod, b: Pod): boolean {
  const of = ({ spec }: Pod) => [...(spec.initContainers ?? []), ...spec.containers].map(({ resources }) => resources);
  return a === b || deepEqual(of(a), of(b));
}

/** Whether anything that runs is not yet as the pod says. */
export function isResizing(pod: Pod, status: PodRuntimeStatus): boolean {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers].some((container) => {
    const latest = latestOf(status, container.name);
    return latest?.state === 'running' && resizeOf(pod, container, latest) !== 'none';
  });
}

/** The pod with the resources that its status says were granted; those it asks for where the status says nothing. */
export function allocatedBefore(pod: Pod): Pod {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const statuses = [...initContainerStatuses, ...containerStatuses];
  const take = (list: readonly Container[]) =>
    list.map((container) => {
      const status = statuses.find(({ name }) => name === container.name);
      const requests = status?.allocatedResources;
      if (!requests || deepEqual(requests, container.resources?.requests)) return container;
      const limits = status?.resources?.limits;
      return { ...container, resources: { ...container.resources, requests, ...(limits ? { limits } : {}) } };
    });
  const { initContainers } = pod.spec;
  return {
    ...pod,
    spec: {
      ...pod.spec,
      containers: take(pod.spec.containers),
      ...(initContainers ? { initContainers: take(initContainers) } : {}),
    },
  };
}
