import type { Input, LinuxContainerResources } from '@coxswain/cri';
import type { DockerHostConfig, DockerResources } from './docker/docker-types.ts';

/** Zero and '' ("not specified") are left out, so Docker's defaults hold. A memory limit allows no swap beyond it. */
export function toDockerResources(resources: LinuxContainerResources | undefined): DockerResources {
  if (!resources) return {};
  const { cpuShares, cpuQuota, cpuPeriod, cpusetCpus, cpusetMems, memoryLimitInBytes, memorySwapLimitInBytes } =
    resources;
  return {
    ...(cpuShares > 0 ? { CpuShares: cpuShares } : {}),
    ...(cpuQuota !== 0 ? { CpuQuota: cpuQuota } : {}),
    ...(cpuPeriod > 0 ? { CpuPeriod: cpuPeriod } : {}),
    ...(cpusetCpus === '' ? {} : { CpusetCpus: cpusetCpus }),
    ...(cpusetMems === '' ? {} : { CpusetMems: cpusetMems }),
    ...(memoryLimitInBytes > 0
      ? { Memory: memoryLimitInBytes, MemorySwap: memorySwapLimitInBytes || memoryLimitInBytes }
      : {}),
  };
}

export function fromHostConfig(host: DockerHostConfig): Input<LinuxContainerResources> {
  return {
    cpuShares: host.CpuShares ?? 0,
    cpuQuota: host.CpuQuota ?? 0,
    cpuPeriod: host.CpuPeriod ?? 0,
    cpusetCpus: host.CpusetCpus ?? '',
    cpusetMems: host.CpusetMems ?? '',
    memoryLimitInBytes: host.Memory ?? 0,
    memorySwapLimitInBytes: host.MemorySwap ?? 0,
    oomScoreAdj: host.OomScoreAdj ?? 0,
  };
}

/** Lowering an OOM score needs CAP_SYS_RESOURCE; without it the process keeps the usual 0. */
export function allowedOomScore(wanted: number, capabilities: ReadonlySet<string>): number {
  return wanted < 0 && !capabilities.has('SYS_RESOURCE') ? 0 : wanted;
}
